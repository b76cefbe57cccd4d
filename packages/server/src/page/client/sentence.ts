import { CrmflowError, type ErrorCode } from '@crmflow/sdk';

/** What went wrong, for whoever reads the page: a visitor, who can do nothing about a workflow or a server. */
export function sentenceOf(cause: unknown): string {
  if (!(cause instanceof CrmflowError)) return AMISS;
  return SENTENCES[cause.code] ?? cause.message;
}

const AMISS = 'Something went wrong. Reload the page to try again.';
const CLOSED = 'This conversation is not open to you. Ask whoever sent you here.';
const AWAY = 'Nobody answers at the moment. Try again in a little while.';

/** Of what is not here, the refusal is about the answer that was given, in words that are meant for its giver. */
const SENTENCES: Partial<Record<ErrorCode, string>> = {
  unauthenticated: CLOSED,
  forbidden: CLOSED,
  not_found: 'There is no conversation here. Check the address, or ask whoever sent you here.',
  workflow_invalid: 'This conversation cannot be held at the moment.',
  rate_limited: 'That was a lot at once. Wait a moment, then try again.',
  unavailable: AWAY,
  provider_failed: AWAY,
  internal: AMISS,
};
