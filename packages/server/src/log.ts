import type { RequestHandler } from 'express';
import { pino } from 'pino';
import { requestIdOf } from './request-id.ts';

/** Where requests and failures are noted; pino's shape. */
export interface Logger {
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}

/** Notes as JSON, a line each, on standard error; what could hold a secret is left out. */
export const createLogger = (level: string): Logger =>
  pino(
    {
      level,
      redact: ['*.authorization', '*.password', '*.token', '*.key', '*.cookie', 'err.config', 'err.details'],
    },
    pino.destination(2),
  );

/** Notes every request by its route, never by its query, its body or its headers: those hold what people said. */
export const requestLog =
  (logger: Logger): RequestHandler =>
  (request, response, next) => {
    const from = performance.now();
    response.once('close', () => {
      const ms = Math.round((performance.now() - from) * 10) / 10;
      const { method } = request;
      const status = response.writableFinished ? response.statusCode : 499;
      const fields = { requestId: requestIdOf(response), method, route: routeOf(response), status, ms };
      logger.info(fields, 'request');
    });
    next();
  };

interface Routed {
  locals: { route?: string };
}
/** Notes for log and measurements which route it was: what fills it is nobody's who reads the log. */
export const named = (route: string) => (_request: unknown, response: Routed, next: () => void) => {
  response.locals.route = route;
  next();
};
/** What was named after where it stands, and is not there. */
export const unnamed = ({ locals }: Routed): void => void delete locals.route;
/** The path of a route as the contract writes it; a path that leads nowhere is not repeated. */
export const routeOf = ({ locals }: Routed): string => locals.route ?? '(none)';
