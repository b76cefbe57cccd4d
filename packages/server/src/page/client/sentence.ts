import { CrmflowError, type ErrorCode } from '@crmflow/sdk';
import { words } from './words.ts';

type Sentences = Partial<Record<ErrorCode, string>> & { internal: string };

/** Says what went wrong; what has no sentence of its own is told as the server tells it. */
export const sentencesFrom =
  (sentences: Sentences) =>
  (cause: unknown): string =>
    cause instanceof CrmflowError ? (sentences[cause.code] ?? cause.message) : sentences.internal;

/**
 * What went wrong, for whoever reads the page: a visitor, who can do nothing about a workflow or a server. Of what is
 * not here, the refusal is about the answer that was given, in words that are meant for its giver.
 */
export const sentenceOf = sentencesFrom({
  unauthenticated: words.closed,
  forbidden: words.closed,
  not_found: words.absent,
  workflow_invalid: words.broken,
  rate_limited: words.tooMuch,
  unavailable: words.away,
  provider_failed: words.away,
  internal: words.amiss,
});

/** Of a start: what is wrong with it only whoever runs the site can mend, who reads the console. */
export function sentenceOfStart(cause: unknown): string {
  if (!(cause instanceof CrmflowError) || !MENDABLE.has(cause.code)) return sentenceOf(cause);
  const hint = cause.code === 'not_found' ? ' Is its id right, and isPublic true?' : '';
  console.error(`CRMFlow's chat: ${cause.message}${hint}`);
  return cause.code === 'not_found' ? words.absent : words.broken;
}
const MENDABLE = new Set<ErrorCode>(['invalid_input', 'not_found', 'workflow_invalid']);
