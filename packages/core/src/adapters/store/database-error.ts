import { CrmflowError, databaseAway, isDatabaseAway } from '../../errors.ts';

/** What a database, its driver or Prisma throws, in our words; `taken` is said of a second row under one key. */
export function databaseError(
  cause: unknown,
  taken = 'There is already a row under this key.',
): CrmflowError {
  if (cause instanceof CrmflowError) return cause;
  const state = sqlStateOf(cause);
  const refuse = (code: 'conflict' | 'invalid_input', sentence: string) =>
    new CrmflowError(code, sentence, undefined, { cause });
  if (state === UNIQUE_VIOLATION) return refuse('conflict', taken);
  if (state === FOREIGN_KEY_VIOLATION)
    return refuse('conflict', 'What this belongs to was deleted meanwhile.');
  if (state === DISK_FULL)
    return databaseAway('The disk of the database is full. Make room, then try again.', { cause });
  if (UNSTORABLE.has(state ?? ''))
    return refuse(
      'invalid_input',
      'A text holds a character that cannot be stored (NUL, or half of one). Leave it out.',
    );
  if (state === null ? isConnectionLost(cause) : AWAY.test(state))
    return databaseAway('The database does not answer at the moment. Try again shortly.', {
      mayBeDone: MAY_BE_DONE.test((cause as Error).message),
      cause,
    });
  return CrmflowError.from(cause);
}

/** An answer that was lost on the way leaves open whether the statement was carried out. */
const MAY_BE_DONE =
  /^(?:Connection terminated(?! due to connection timeout)|Client has encountered|Query read timeout|(?:read|write) E)/;

/** Whether it was not about what was asked: then asking in smaller pieces is in vain. */
export const isAway = (error: CrmflowError): boolean => isDatabaseAway(error) && !isRolledBack(error);

/** Whether the database gave a statement up for another that waited for the same rows: nothing was done, and it may be run again. */
export const isRolledBack = ({ cause }: CrmflowError): boolean =>
  cause !== undefined && ROLLED_BACK.test(sqlStateOf(cause) ?? '');
const ROLLED_BACK = /^40(?:001|P01)$/;

/** Runs a statement, and again when it was given up for another. */
export async function untilDone<T>(statement: () => Promise<T>, taken?: string): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await statement();
    } catch (cause) {
      const error = databaseError(cause, taken);
      if (!isRolledBack(error) || tries >= MOST_TRIES) throw error;
    }
}
const MOST_TRIES = 4;

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const DISK_FULL = '53100';
/** Bytes that are no text, and escapes in JSON that are none. */
const UNSTORABLE = new Set(['22021', '22P05']);
/**
 * Lost connections, no permission to connect, a missing, closed or read-only database, a deadlock, too little of anything,
 * a cancelled statement, a server that shuts down or starts.
 */
const AWAY = /^(?:08|28|3D|25006|40|53|55000|57)/;

/** The SQLSTATE: pg has it on the error, Prisma on the driver's error inside its own. */
function sqlStateOf(cause: unknown): string | null {
  const { code, severity, meta } = cause as Partial<ErrorOfPg & ErrorOfPrisma>;
  if (severity !== undefined) return code ?? null;
  return meta?.driverAdapterError?.cause?.originalCode ?? null;
}
interface ErrorOfPg {
  code: string;
  severity: string;
}
interface ErrorOfPrisma {
  meta: { driverAdapterError?: { cause?: { originalCode?: string } } };
}

/** Of the network: what a socket or the look-up of a name fails with. */
const NETWORK = /^(?:ECONN|EHOST|ENET|EPIPE|ENOTFOUND|ETIMEDOUT|EAI_)/;

/** Errors of the socket have a `syscall`, or one each for every address of a host; those of pg and Prisma are known by their words and codes. */
function isConnectionLost(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  if (cause instanceof AggregateError) return cause.errors.some(isConnectionLost);
  if ('syscall' in cause) return true;
  if (
    'code' in cause &&
    (NETWORK.test(String(cause.code)) || /^P(?:1\d\d\d|2024|2028)$/.test(String(cause.code)))
  )
    return true;
  return /^(?:Connection terminated|Client (?:has encountered|was closed)|Query read timeout|timeout exceeded|timeout expired|Cannot use a pool)/.test(
    cause.message,
  );
}
