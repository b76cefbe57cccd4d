import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { App } from '@crmflow/core';
import { CrmflowError, type Actor } from '@crmflow/core/contract';

const OPERATOR: Actor = { role: 'user', userId: 'local', isOperator: true };

/** The app, told by which token to know the operator: over HTTP and by socket alike. */
export function knowingOperator(app: App, operatorToken: string | undefined): App {
  if (operatorToken === undefined) return app;
  const isOperator = (token: string | undefined) => isSecret(token, operatorToken);
  return { ...app, authenticate: async (token) => (isOperator(token) ? OPERATOR : app.authenticate(token)) };
}

/** Who a request comes from, by its Authorization header alone. */
export function createActors(app: App, operatorToken: string | undefined) {
  const { authenticate } = knowingOperator(app, operatorToken);
  return async ({ headers }: Pick<Request, 'headers'>): Promise<Actor> =>
    authenticate(bearerIn(headers.authorization));
}

/** Whether it is this secret, taking as long whatever it is. */
export const isSecret = (shown: string | undefined, secret: string): boolean =>
  shown !== undefined && timingSafeEqual(digest(shown), digest(secret));

/** The token that an Authorization header shows. */
export function bearerIn(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const token = /^Bearer +(\S+)$/i.exec(authorization.trim())?.[1];
  if (token !== undefined) return token;
  throw new CrmflowError('unauthenticated', 'Write the header as: Authorization: Bearer <token>');
}

const digest = (text: string) => createHash('sha256').update(text).digest();
