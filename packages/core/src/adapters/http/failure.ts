import { CrmflowError, type ErrorCode } from '../../errors.ts';

/** Code and sentence for every way a request can fail. `where` is who it is about, `what` the failure's own detail. */
const FAILURES = {
  method: says(
    'invalid_input',
    () => 'This method cannot be used. Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.',
  ),
  url: says(
    'invalid_input',
    (where) => `${where} cannot be read as a URL. Write it like https://example.com/path.`,
  ),
  scheme: says(
    'invalid_input',
    (where) => `${where} has no http or https URL, and no other kind can be requested.`,
  ),
  credentials: says(
    'invalid_input',
    (where) => `${where} has a user name or password in its URL. Send them in a header.`,
  ),
  header: says('invalid_input', (_, what) => `The request's header ${what}`),
  other_host: says(
    'forbidden',
    (where) => `${where} is not the host this request was written for. Nothing was sent.`,
  ),
  blocked_port: says(
    'forbidden',
    (where) => `${where} uses a port that does not belong to the web. Nothing was sent.`,
  ),
  blocked_address: says(
    'forbidden',
    (where) =>
      `${where} is not on the public internet. Nothing was sent. Whoever runs this installation can allow it by name in ALLOWED_PRIVATE_HOSTS.`,
  ),
  dns: says(
    'unavailable',
    (where) => `${where} could not be found by its name. Check the spelling, or try again later.`,
  ),
  connect: says('unavailable', (where) => `${where} could not be connected to. Try again later.`),
  no_connection: says('unavailable', (where, what) => `${where} ${what}. Nothing was sent; try again later.`),
  tls: says('unavailable', (where) => `${where} could not be connected to securely. Check its certificate.`),
  timeout: says('unavailable', (where, what) => `${where} ${what}. The request was ended; try again later.`),
  cancelled: says('unavailable', () => 'The request was cancelled before it was answered.'),
  too_large: says(
    'too_large',
    (where, what) => `${where} sent an answer larger than ${what}. It was not read.`,
  ),
  redirects: says(
    'provider_failed',
    (where, what) => `${where} redirects, and no more than ${what} redirects are followed.`,
  ),
  encoding: says(
    'provider_failed',
    (where) => `${where} compressed its answer in a way that cannot be read.`,
  ),
  headers: says('provider_failed', (where) => `${where} sent more headers than are read.`),
  broken: says(
    'provider_failed',
    (where) => `${where} sent no valid answer, or ended it before it was whole.`,
  ),
};

function says(code: ErrorCode, sentence: (where: string, what: string) => string) {
  return { code, sentence };
}

/** Why a request failed, as it stands in the error's `details.reason`. */
export type FailureReason = keyof typeof FAILURES;

/** A failure inside the door, before it is known which host the caller asked for. */
export class Failure extends Error {
  constructor(
    readonly reason: FailureReason,
    readonly what = '',
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** Whom a failure is about: the host the caller asked, or a page it redirected to. */
export interface Where {
  host: string;
  isRedirected: boolean;
}

/** The failure as callers see it: it names the host they wrote, but no path, no query, no address and no redirect's target. */
export function refusal({ reason, what, cause }: Failure, { host, isRedirected }: Where): CrmflowError {
  const { code, sentence } = FAILURES[reason];
  return new CrmflowError(
    // What a redirect made of the request is not the caller's input.
    isRedirected && code === 'invalid_input' ? 'forbidden' : code,
    sentence(isRedirected ? `A page that ${host} redirected to` : host, what),
    { reason },
    { cause },
  );
}

/** What an error that came up while connecting means. */
export function connectFailure(
  cause: unknown,
  { isSecure, timeoutMs }: { isSecure: boolean; timeoutMs: number },
): Failure {
  if (cause instanceof Failure) return cause;
  const { code, syscall } = told(cause);
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return new Failure('no_connection', `could not be connected to within ${seconds(timeoutMs)}`, { cause });
  const isNetwork = syscall === 'connect' || cause instanceof AggregateError;
  return new Failure(isSecure && !isNetwork ? 'tls' : 'connect', '', { cause });
}

/** What an error that came up while sending or reading means. */
export function exchangeFailure(cause: unknown, silence: { firstByteMs: number; idleMs: number }): Failure {
  if (cause instanceof Failure) return cause;
  const { code = '' } = told(cause);
  if (code === 'UND_ERR_HEADERS_TIMEOUT')
    return timedOut('did not begin to answer within', silence.firstByteMs, cause);
  if (code === 'UND_ERR_BODY_TIMEOUT') return timedOut('sent nothing more for', silence.idleMs, cause);
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return new Failure('headers', '', { cause });
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED')
    return new Failure('cancelled', '', { cause });
  return new Failure(UNREADABLE.test(code) ? 'encoding' : 'broken', '', { cause });
}

/** zlib's and Brotli's codes for bytes that are not what they claim to be; a missing end (`Z_BUF_ERROR`) is a cut. */
const UNREADABLE = /^(Z_(?!BUF)|ERR_BROTLI|ERR__ERROR)/;

/** A time-out, with the number of seconds it waited. */
export function timedOut(what: string, ms: number, cause?: unknown): Failure {
  return new Failure('timeout', `${what} ${seconds(ms)}`, { cause });
}
const seconds = (ms: number): string => `${ms / 1000} ${ms === 1000 ? 'second' : 'seconds'}`;

/** The two fields in which Node's and undici's errors say what they are. */
const told = (cause: unknown): { code?: string | undefined; syscall?: string | undefined } =>
  cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
