import { CrmflowError } from '@crmflow/sdk';
import { sentencesFrom } from '../sentence.ts';

const AWAY = 'The server does not answer at the moment. Try again in a little while.';

/** What went wrong, for whoever answers visitors: what the server says of it, where that is about what was asked. */
export const sentenceOf = sentencesFrom({
  unauthenticated: 'Your login had ended. Try again.',
  not_found: 'There is no such conversation here, or it is not yours.',
  unavailable: AWAY,
  provider_failed: AWAY,
  internal: 'Something went wrong. Try again, and reload the page if that does not help.',
});

/** Whether the login is no good any more. */
export const isLoggedOut = (cause: unknown): boolean =>
  cause instanceof CrmflowError && cause.code === 'unauthenticated';
