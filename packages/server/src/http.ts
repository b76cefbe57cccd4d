import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import type { App } from '@crmflow/core';
import { CrmflowError, type ErrorBody } from '@crmflow/core/contract';
import { isReachable } from './health.ts';
import { page } from './page.ts';

/** CRMFlow over HTTP, as an Express app: health, and a page that says what this is. */
export function createHttpApp({ app, version }: { app: App; version: string }): Express {
  const http = express().disable('x-powered-by');

  http.get('/api/health', async (_request, response) => {
    const database = (await isReachable(app)) ? 'ok' : 'down';
    response.json({ status: 'ok', version, database });
  });
  http.get('/api/health/ready', async (_request, response) => {
    if (!(await isReachable(app)))
      throw new CrmflowError('unavailable', 'The database does not answer. Try again in a moment.');
    response.json({ status: 'ready' });
  });
  http.get('/', (_request, response) => {
    response.set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
    response.type('html').send(page(version));
  });

  http.use(({ method, path }: Request) => {
    if (known.has(path)) throw new CrmflowError('method_not_allowed', `${path} answers GET, not ${method}.`);
    throw new CrmflowError('not_found', `There is nothing at ${path}. See / for what there is.`);
  });
  http.use(refuse);
  return http;
}

const known = new Set(['/', '/api/health', '/api/health/ready']);

const refuse: ErrorRequestHandler = (cause: unknown, _request, response: Response, next) => {
  if (response.headersSent) return next(cause);
  const error = refusalOf(cause);
  const body: ErrorBody = { ...error.toJSON(), requestId: randomUUID() };
  if (error.code === 'method_not_allowed') response.set('allow', 'GET, HEAD');
  response.status(error.status).json({ error: body });
};

/** Express itself refuses a path it cannot decode with a status of its own. */
function refusalOf(cause: unknown): CrmflowError {
  const status = cause instanceof Error && 'status' in cause ? cause.status : undefined;
  return status === 400
    ? new CrmflowError('invalid_input', 'The request cannot be read.', undefined, { cause })
    : CrmflowError.from(cause);
}
