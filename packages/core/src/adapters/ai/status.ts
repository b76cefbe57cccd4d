import type { Complaint } from './complaint.ts';
import { Failure } from './failure.ts';

interface Complained {
  status: number;
  complaint: Complaint | null;
  /** Of the complaint, fit to be shown. */
  words: string;
  retryAfterMs?: number | undefined;
}

/** What a status and its complaint mean. */
export function complained({ status, complaint, words, retryAfterMs }: Complained): Failure {
  const says = (pattern: RegExp) => complaint?.codes.some((code) => pattern.test(code)) ?? false;
  if (says(/^API_KEY_/) || /API key not valid/i.test(complaint?.message ?? ''))
    return new Failure('key_refused');
  if (says(/^content_filter$/i)) return new Failure('blocked', words);
  switch (status) {
    case 401:
      return new Failure('key_refused');
    case 403:
      return new Failure('key_refused', words);
    case 402:
      return new Failure('rate_limited', 'Its account is out of credit.', { isFinal: true });
    case 404:
      return complaint
        ? new Failure('no_model')
        : new Failure('unreachable', 'has nothing at its base URL. Check it.', { isFinal: true });
    case 408:
    case 504:
      return new Failure('late', '', { retryAfterMs });
    case 413:
      return new Failure('refused', words || 'it is too large');
    case 429:
      if (says(/^insufficient_quota$/))
        return new Failure('rate_limited', 'The quota of its account is used up.', { isFinal: true });
      return new Failure('rate_limited', tryAgain(retryAfterMs), { retryAfterMs });
    default:
      if (status >= 500) return new Failure('overloaded', `it answers ${status}`, { retryAfterMs });
      if (status >= 400) return new Failure('refused', words || `it answers ${status}`, { complaint });
      return new Failure('malformed');
  }
}

const tryAgain = (ms: number | undefined) => {
  if (ms === undefined) return '';
  const seconds = Math.ceil(ms / 1000);
  return seconds < 120 ? `Try again in ${seconds} s.` : `Try again in ${Math.ceil(seconds / 60)} minutes.`;
};
