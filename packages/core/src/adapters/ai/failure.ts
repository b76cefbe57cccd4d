import { CrmflowError, type ErrorCode } from '../../errors.ts';
import type { ProviderFailure, Usage } from '../../ports.ts';
import type { Complaint } from './complaint.ts';

/** Of whom and of what a failure tells. */
export interface Subject {
  /** As it is read in sentences: `Gemini`. */
  label: string;
  /** As its key is stored: `gemini`. */
  name: string;
  model?: string | undefined;
  maxTokens?: number | undefined;
}

/** Code and sentence for every way a provider fails. `what` is what is known beyond that. */
const FAILURES: Record<
  ProviderFailure,
  { code: ErrorCode; sentence: (subject: Subject, what: string) => string }
> = {
  key_refused: {
    code: 'unavailable',
    sentence: ({ label, name }, what) =>
      `${label} refuses the key${after(what)} Store another: crmflow keys set ${name}`,
  },
  no_model: {
    code: 'unavailable',
    sentence: ({ label, model }) =>
      model === undefined
        ? `${label} has no list of models. Check its base URL.`
        : `${label} has no model "${model}" for this key. Name another one.`,
  },
  unreachable: {
    code: 'unavailable',
    sentence: ({ label }, what) => `${label} ${what || 'cannot be reached. Try again later.'}`,
  },
  rate_limited: {
    code: 'rate_limited',
    sentence: ({ label }, what) => `${label} takes no more requests for now. ${what || 'Try again later.'}`,
  },
  overloaded: {
    code: 'provider_failed',
    sentence: ({ label }, what) => `${label} is overloaded or out of order${after(what)} Try again later.`,
  },
  late: {
    code: 'provider_failed',
    sentence: ({ label }, what) =>
      `${label} ${what || 'did not answer in time'}. The request was ended; try again later.`,
  },
  refused: {
    code: 'provider_failed',
    sentence: ({ label }, what) => `${label} refuses the request${after(what)}`,
  },
  blocked: {
    code: 'provider_failed',
    sentence: ({ label }, what) =>
      `${label} stopped the answer by its own rules${after(what)} Word the request differently.`,
  },
  too_long: {
    code: 'provider_failed',
    sentence: ({ label, maxTokens }, what) =>
      `${label} ${what || `did not finish its answer within ${maxTokens} tokens. Allow more, or ask for less.`}`,
  },
  cut: {
    code: 'provider_failed',
    sentence: ({ label }) => `${label} broke off before the end of its answer. Try again.`,
  },
  malformed: {
    code: 'provider_failed',
    sentence: ({ label }, what) => `${label} sent ${what || 'what cannot be read as an answer'}. Try again.`,
  },
};

const after = (what: string) => (what ? `: ${what}${/[.!?…]$/.test(what) ? '' : '.'}` : '.');

export interface FailureOptions extends ErrorOptions {
  /** The provider's own words for when to try again. */
  retryAfterMs?: number | undefined;
  /** Whether another try would end the same. */
  isFinal?: boolean;
  /** What it cost all the same. */
  usage?: Usage | undefined;
  /** In the provider's own words; for the adapter alone. */
  complaint?: Complaint | null;
}

/** A failure inside an adapter, before it is known whether it is tried again. */
export class Failure extends Error {
  readonly retryAfterMs: number | undefined;
  readonly isFinal: boolean;
  usage: Usage | undefined;
  readonly complaint: Complaint | null;
  constructor(
    readonly reason: ProviderFailure,
    readonly what = '',
    { retryAfterMs, isFinal = FINAL.has(reason), usage, complaint = null, ...options }: FailureOptions = {},
  ) {
    super(reason, options);
    this.retryAfterMs = retryAfterMs;
    this.isFinal = isFinal;
    this.usage = usage;
    this.complaint = complaint;
  }
}

const FINAL = new Set<ProviderFailure>(['key_refused', 'no_model', 'refused', 'blocked', 'too_long']);

/** The failure as callers see it. */
export function refusal(
  { reason, what, retryAfterMs, usage, cause }: Failure,
  subject: Subject,
): CrmflowError {
  const { code, sentence } = FAILURES[reason];
  return new CrmflowError(
    code,
    sentence(subject, what),
    { reason, ...(retryAfterMs !== undefined && { retryAfterMs }), ...(usage && { usage }) },
    { cause },
  );
}
