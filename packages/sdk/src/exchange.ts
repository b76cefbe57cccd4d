import { refusalOf, retryAfterMs } from './answer.ts';
import { CrmflowError, ERRORS } from './errors.ts';
import { backOffMs, pause } from './patience.ts';
import type { Request } from './request.ts';

export interface Exchange<T> {
  fetch: typeof fetch;
  url: string;
  request: Request;
  /** For everything, retries and all. */
  timeoutMs: number;
  retries: number;
  /** Whether a refusal may be tried again, where its code says so. */
  retriesRefusals: boolean;
  signal?: AbortSignal | undefined;
  read(response: Response): Promise<T>;
}
type Tried<T> =
  | { kind: 'answered'; value: T }
  | { kind: 'refused'; error: CrmflowError; afterMs: number | undefined }
  /** Nobody knows whether it was done. */
  | { kind: 'lost'; error: CrmflowError };

/** Makes a request, again where that may help, until it is answered or the time is over. */
export async function exchange<T>(wanted: Exchange<T>): Promise<T> {
  const { timeoutMs, retries, retriesRefusals, request } = wanted;
  const deadline = deadlineOf(wanted);
  try {
    for (let retried = 0; ; retried++) {
      const tried = await attempt(wanted, deadline.signal);
      if (tried.kind === 'answered') return tried.value;
      const afterMs = tried.kind === 'refused' ? tried.afterMs : undefined;
      const waitMs = afterMs ?? backOffMs(retried);
      const isRepeatable = mayRepeat(tried, request) && (retriesRefusals || tried.kind === 'lost');
      const isWorthIt = retried < retries && waitMs < timeoutMs && isRepeatable;
      if (!isWorthIt) throw tried.error;
      await pause(waitMs, deadline.signal);
      deadline.signal.throwIfAborted();
    }
  } finally {
    deadline.cancel();
  }
}

async function attempt<T>(
  { fetch, url, request, read }: Exchange<T>,
  signal: AbortSignal,
): Promise<Tried<T>> {
  const { method, headers, body } = request;
  try {
    const response = await fetch(url, { method, headers, signal, ...(body !== undefined && { body }) });
    if (response.ok) return { kind: 'answered', value: await read(response) };
    return { kind: 'refused', error: await refusalOf(response), afterMs: retryAfterMs(response) };
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof CrmflowError) throw cause;
    const message = `${new URL(url).origin} cannot be reached. Check the address, and that CRMFlow runs there.${originHint(url)}`;
    return { kind: 'lost', error: new CrmflowError('unavailable', message, undefined, { cause }) };
  }
}

/** A browser does not tell a page of another origin that it was refused from a line that is down. */
function originHint(url: string): string {
  const { document, location } = globalThis as { document?: unknown; location?: { origin: string } };
  if (document === undefined || !location || location.origin === new URL(url).origin) return '';
  return ` This page is of another origin: ${location.origin} must stand in the server's CORS_ORIGINS.`;
}

/** What may have been done already is repeated only when the server would know it again. */
const mayRepeat = (tried: Tried<unknown> & { error: CrmflowError }, { method, headers }: Request) =>
  tried.kind === 'lost'
    ? method === 'GET' || 'idempotency-key' in headers
    : ERRORS[tried.error.code].retryable;

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Aborts when the caller does, or when the time is over. */
function deadlineOf({ url, timeoutMs, signal }: Exchange<unknown>) {
  const controller = new AbortController();
  const stop = () => controller.abort(signal?.reason);
  const giveUp = () => {
    const message = `${new URL(url).origin} did not answer within ${timeoutMs / 1000} s.`;
    controller.abort(new CrmflowError('unavailable', message));
  };
  // A timer that is set for longer goes off at once.
  const timer = timeoutMs <= LONGEST_TIMER_MS ? setTimeout(giveUp, timeoutMs) : undefined;
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  const cancel = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  };
  return { signal: controller.signal, cancel };
}
