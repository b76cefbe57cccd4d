/** Every way CRMFlow can say no: one row per code, read by REST, sockets, the SDK and the CLI. */
export const ERRORS = {
  invalid_input: { status: 400, exit: 2, retryable: false },
  unauthenticated: { status: 401, exit: 4, retryable: false },
  forbidden: { status: 403, exit: 4, retryable: false },
  not_found: { status: 404, exit: 1, retryable: false },
  method_not_allowed: { status: 405, exit: 2, retryable: false },
  conflict: { status: 409, exit: 1, retryable: false },
  stale: { status: 412, exit: 1, retryable: false },
  too_large: { status: 413, exit: 2, retryable: false },
  unsupported_media: { status: 415, exit: 2, retryable: false },
  unprocessable: { status: 422, exit: 2, retryable: false },
  workflow_invalid: { status: 422, exit: 2, retryable: false },
  rate_limited: { status: 429, exit: 5, retryable: true },
  internal: { status: 500, exit: 1, retryable: false },
  provider_failed: { status: 502, exit: 5, retryable: true },
  unavailable: { status: 503, exit: 5, retryable: true },
} as const;

/** The codes of the table `ERRORS`. */
export type ErrorCode = keyof typeof ERRORS;

/** The one body of every refusal, on the wire and in this process. */
export interface ErrorBody {
  /** A row of the table `ERRORS`. */
  code: ErrorCode;
  /** What, which, and what now. */
  message: string;
  /** What a program may go on with: the issues of an input, the problems of a workflow, the newer copy. */
  details?: unknown;
  /** By which the server's log knows the request. */
  requestId?: string;
}

/** The same in every copy of this code in a process. */
const BRAND: unique symbol = Symbol.for('crmflow.error');

/** A refusal: a code from the table and a sentence someone can act on. */
export class CrmflowError extends Error {
  override readonly name = 'CrmflowError';
  /** Which request was refused, as the server's log names it. */
  readonly requestId: string | undefined;
  constructor(
    /** A row of the table `ERRORS`. */
    readonly code: ErrorCode,
    message: string,
    /** What a program may go on with, where there is anything. */
    readonly details?: unknown,
    options?: ErrorOptions & { requestId?: string | undefined },
  ) {
    super(message, options);
    this.requestId = options?.requestId;
  }
  get [BRAND]() {
    return true;
  }
  /** Also for one that another copy of this class made: the SDK carries its own, and one each for `import` and `require`. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
  /** The HTTP status. */
  get status() {
    return ERRORS[this.code].status;
  }
  /** The exit code of a command. */
  get exitCode() {
    return ERRORS[this.code].exit;
  }
  /** As it travels. */
  toJSON(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      ...(this.details !== undefined && { details: this.details }),
    };
  }
  /** One that has travelled. */
  static fromJSON({ code, message, details, requestId }: ErrorBody) {
    return new CrmflowError(Object.hasOwn(ERRORS, code) ? code : 'internal', message, details, { requestId });
  }
  /** What the outside may see: our own errors as they are, anything else as a bare `internal`. */
  static from(cause: unknown): CrmflowError {
    return cause instanceof CrmflowError
      ? cause
      : new CrmflowError('internal', 'Something went wrong on our side.', undefined, { cause });
  }
}

/** The one word by which an error of ours says why, in `details.reason`; undefined where it has none. */
export function reasonOf(cause: unknown): string | undefined {
  const details =
    cause instanceof CrmflowError ? (cause.details as { reason?: unknown } | undefined) : undefined;
  return typeof details?.reason === 'string' ? details.reason : undefined;
}

export const notFound = (what: string, id: string) =>
  new CrmflowError('not_found', `There is no ${what} with the id ${id}.`);

export const changedMeanwhile = () =>
  new CrmflowError('conflict', 'The account was changed by someone else meanwhile. Read it, then try again.');

interface Away {
  /** Tells our own database from what else may be unavailable. */
  reason: 'database';
  /** The answer was lost on the way: whether the statement was carried out is open. */
  mayBeDone?: true;
}

/** What a store refuses with when it cannot be asked: `unavailable`, with its reason in the details. */
export const databaseAway = (
  sentence: string,
  { mayBeDone = false, cause }: { mayBeDone?: boolean; cause?: unknown } = {},
) =>
  new CrmflowError(
    'unavailable',
    sentence,
    { reason: 'database', ...(mayBeDone && { mayBeDone: true as const }) } satisfies Away,
    { cause },
  );

/** Whether it was our own database that could not be asked. */
export const isDatabaseAway = (error: unknown): error is CrmflowError =>
  detailsOf(error)?.reason === 'database';

/** Whether it failed for a reason of ours: no word about what was asked for. */
export const isOurFault = (error: unknown): boolean =>
  CrmflowError.from(error).code === 'internal' || isDatabaseAway(error);

/** Whether a call failed in a way that leaves open what came of it. */
export const mayBeDone = (error: unknown): boolean => detailsOf(error)?.mayBeDone === true;

const detailsOf = (error: unknown): Partial<Away> | null | undefined =>
  error instanceof CrmflowError && error.code === 'unavailable'
    ? (error.details as Partial<Away> | undefined)
    : null;
