import { CrmflowError, type ErrorCode } from '@crmflow/sdk';

/** What went wrong, for whoever answers visitors: what the server says of it, where that is about what was asked. */
export function sentenceOf(cause: unknown): string {
  if (!(cause instanceof CrmflowError)) return AMISS;
  return SENTENCES[cause.code] ?? cause.message;
}

/** Whether the login is no good any more. */
export const isLoggedOut = (cause: unknown): boolean =>
  cause instanceof CrmflowError && cause.code === 'unauthenticated';

const AMISS = 'Something went wrong. Try again, and reload the page if that does not help.';
const AWAY = 'The server does not answer at the moment. Try again in a little while.';

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  not_found: 'There is no such conversation here, or it is not yours.',
  unavailable: AWAY,
  provider_failed: AWAY,
  internal: AMISS,
};
