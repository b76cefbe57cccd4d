import type { ErrorRequestHandler, Request, Response } from 'express';
import { CrmflowError, type ErrorBody, type ErrorCode } from '@crmflow/core/contract';
import type { DatabaseOutage } from './database-outage.ts';
import type { Logger } from './log.ts';
import { requestIdOf } from './request-id.ts';

/** Answers whatever was thrown with the one error body. */
export const refusals =
  (logger: Logger | undefined, outage: DatabaseOutage): ErrorRequestHandler =>
  (cause: unknown, request, response, next) => {
    // Whoever asked has gone, and what was done for them was stopped.
    if (response.closed && cause instanceof Error && cause.name === 'AbortError') return;
    const error = refusalOf(cause);
    outage.refused(error);
    if (error.code === 'internal')
      logger?.error({ err: error.cause ?? error, requestId: requestIdOf(response) }, 'A request failed.');
    if (response.headersSent) return next(cause);
    refuse(request, response, error);
  };

export function refuse(request: Request, response: Response, error: CrmflowError): void {
  const body: ErrorBody = { ...bodyOf(error), requestId: requestIdOf(response) };
  if (error.code === 'unauthenticated') response.set('www-authenticate', challengeTo(request));
  const revision = revisionIn(error.details);
  if (revision !== undefined) response.set('etag', `"${revision}"`);
  const retryAfter = retryAfterIn(error.details);
  if (retryAfter !== undefined) response.set('retry-after', String(retryAfter));
  response.status(error.status).json({ error: body });
}

/** Names what is wrong about a token to whoever sent one: https://www.rfc-editor.org/rfc/rfc6750#section-3 */
const challengeTo = ({ headers }: Request): string =>
  /^bearer +\S/i.test(headers.authorization ?? '')
    ? 'Bearer realm="CRMFlow", error="invalid_token", error_description="The token is not good, or no longer."'
    : 'Bearer realm="CRMFlow"';

/** What an `internal` error is about stays with us: only its request id goes out. */
export const bodyOf = (error: CrmflowError): ErrorBody =>
  error.code === 'internal' ? CrmflowError.from(undefined).toJSON() : error.toJSON();

const retryAfterIn = (details: unknown): number | undefined =>
  typeof details === 'object' && details && 'retryAfter' in details ? Number(details.retryAfter) : undefined;

/** Of the newer one, when a save came too late. */
const revisionIn = (details: unknown): number | undefined =>
  typeof details === 'object' && details && 'current' in details
    ? (details.current as { revision?: number }).revision
    : undefined;

/** Express and its parsers refuse with a status of their own. */
export function refusalOf(cause: unknown): CrmflowError {
  if (cause instanceof CrmflowError || !(cause instanceof Error)) return CrmflowError.from(cause);
  const { status, type, limit } = cause as Error & { status?: number; type?: string; limit?: number };
  const refusal = (as: ErrorCode, sentence: string) => new CrmflowError(as, sentence, undefined, { cause });
  if (status === 413)
    return refusal(
      'too_large',
      `The body of the request is too large${limit ? `: at most ${sizeSaid(limit)}` : ''}.`,
    );
  if (status === 415)
    return refusal('unsupported_media', 'Send JSON in UTF-8: content-type: application/json.');
  if (type === 'entity.parse.failed') return refusal('invalid_input', 'The body is not valid JSON.');
  if (status !== undefined && status >= 400 && status < 500)
    return refusal('invalid_input', 'The request cannot be read.');
  return CrmflowError.from(cause);
}

const sizeSaid = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.floor(bytes / 1_000)} KB` : `${bytes / 1_000_000} MB`;
