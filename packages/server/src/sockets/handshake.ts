import type { IncomingMessage } from 'node:http';
import type { Socket } from 'socket.io';
import { z } from 'zod';
import type { App } from '@crmflow/core';
import { CrmflowError, type ErrorBody } from '@crmflow/core/contract';
import type { SocketLimits } from './limits.ts';
import type { Refused } from './refusals.ts';

/** As the log calls the handshake. */
const CONNECT = 'connect';

interface Admission {
  mayEnter(request: IncomingMessage): boolean;
  limits: SocketLimits;
  addressOf(request: IncomingMessage): string;
  refused: Refused;
}

/** Lets a connection in before anything is kept of it: by its origin, then by how many come from its address. */
export const admission =
  ({ mayEnter, limits, addressOf, refused }: Admission) =>
  (request: IncomingMessage, answer: (refusal: string | null, isAllowed: boolean) => void): void => {
    const refuse = (cause: unknown) => answer(refused(cause, CONNECT).message, false);
    if (!mayEnter(request))
      return refuse(new CrmflowError('forbidden', 'This origin may not connect now. See CORS_ORIGINS.'));
    limits.connect(addressOf(request)).then(() => answer(null, true), refuse);
  };

const Auth = z.object({ token: z.string().max(4_096).nullish() });

/** The token a socket shows in its handshake; absent for a guest. */
export function tokenOf({ handshake }: Socket): string | undefined {
  const auth = Auth.safeParse(handshake.auth);
  if (auth.success) return auth.data.token ?? undefined;
  throw new CrmflowError(
    'unauthenticated',
    'The handshake needs auth: { token } with a text, or no token at all.',
  );
}

/** Where the sockets of a user are told what only he may know. */
export const roomOf = (userId: string): string => `user:${userId}`;

/** Refuses whoever shows a token that is not good; the client hears why as `connect_error`. */
export const authentication =
  (app: App, refused: Refused) =>
  (socket: Socket, next: (refusal?: Error & { data?: ErrorBody }) => void): void => {
    const check = async () => {
      const actor = await app.authenticate(tokenOf(socket));
      if (actor.role === 'user') await socket.join(roomOf(actor.userId));
    };
    check().then(
      () => next(),
      (cause: unknown) => {
        const data = refused(cause, CONNECT);
        next(Object.assign(new Error(data.message), { data }));
      },
    );
  };
