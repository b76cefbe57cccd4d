/** One call of a model: who it was for, what it used, how it ended. */
export interface ModelCall {
  id: string;
  userId: string;
  workflowId: string | null;
  sessionId: string | null;
  provider: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** In US dollars, where the price is known. */
  cost: number | null;
  /** `ok`, or why there was no answer. */
  outcome: string;
  ms: number;
  createdAt: string;
}

/** The calls of one model on one day (UTC). */
export interface ModelUse extends Pick<
  ModelCall,
  'provider' | 'model' | 'inputTokens' | 'outputTokens' | 'cost'
> {
  /** YYYY-MM-DD */
  day: string;
  calls: number;
  /** Those that gave no answer. */
  failed: number;
}

export interface SpendingStore {
  /** Takes so many tokens of what a scope may use on a day, `most` in all; whether there were as many left. */
  take(scope: string, day: string, tokens: number, most: number): Promise<boolean>;
  /** Less than nothing is taken besides, whatever is left. */
  giveBack(scope: string, day: string, tokens: number): Promise<void>;
  /** Keeps it as long as its user is there. */
  record(call: ModelCall): Promise<void>;
  /** Of the days from `since` to `until` (YYYY-MM-DD, both in), latest first. */
  used(of: {
    userId: string;
    workflowId?: string | undefined;
    since: string;
    until: string;
  }): Promise<ModelUse[]>;
}

export interface SendingStore {
  /** Counts one more at `at`, unless `most` (100 at most) of this id were counted after `since`; whether it was. */
  count(sending: { id: string; userId: string; at: string; since: string; most: number }): Promise<boolean>;
  /** Forgets the ids that were counted last before. */
  prune(before: string): Promise<void>;
  /** Forgets what was counted under an id. */
  remove(id: string): Promise<void>;
}
