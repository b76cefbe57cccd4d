import { CrmflowError } from '../errors.ts';
import type { Clock, Ids, Usage } from '../ports.ts';
import type { Account } from '../runner/runner.ts';
import type { ModelCall, Store } from '../store.ts';

/** US dollars a million tokens, by the name of a model. */
export type Prices = Readonly<Record<string, { input: number; output: number }>>;

interface Needs {
  store: Store;
  clock: Clock;
  ids: Ids;
  /** What each user may use in one day; without it as much as they like. */
  tokensPerDay?: number | undefined;
  prices: Prices;
}
type Written = Pick<ModelCall, 'provider' | 'model' | 'outcome' | 'ms'> & { usage: Usage };

/** An answer shorter than this is none. */
const LEAST_ANSWER = 64;

/** Sets tokens aside before a model is called, so that calls at the same time never use more than is allowed together. */
export function createSpending({ store: { spending }, clock, ids, tokensPerDay, prices }: Needs) {
  function accountsOf({ userId, workflowId, tokensPerDay: ofWorkflow }: Account) {
    const limits = [
      { scope: `user:${userId}`, most: tokensPerDay, what: 'your models' },
      { scope: `workflow:${workflowId}`, most: ofWorkflow, what: 'this workflow' },
    ];
    return limits.flatMap(({ most, ...limit }) => (most === undefined ? [] : [{ ...limit, most }]));
  }

  /**
   * Sets aside what a call can use at most; `maxTokens` is what its answer may have of that.
   * @throws CrmflowError `rate_limited` with the reason `budget` when that is more than is left
   */
  async function reserve(account: Account, inputTokens: number, wanted: number) {
    const left = (account.session?.tokensLeft() ?? Infinity) - inputTokens;
    if (left < Math.min(wanted, LEAST_ANSWER)) throw overBudget('this conversation');
    const maxTokens = Math.min(wanted, left);
    const day = dayOf(clock.now());
    const tokens = inputTokens + maxTokens;
    const taken: string[] = [];
    // Of a server that gave more than it was asked for, less than nothing is unused.
    const giveBack = (unused: number) =>
      Promise.all(taken.map((scope) => spending.giveBack(scope, day, unused)));
    for (const { scope, most, what } of accountsOf(account)) {
      if (await spending.take(scope, day, tokens, most)) taken.push(scope);
      else {
        await giveBack(tokens);
        throw overBudget(`${what} in one day`);
      }
    }
    return {
      maxTokens,
      /** Writes the call down, and gives back what it left. */
      async settle({ usage, ...call }: Written): Promise<void> {
        const { inputTokens: input, outputTokens: output } = usage;
        const { userId, workflowId = null, session } = account;
        const price = prices[call.model];
        session?.spend(input + output);
        await Promise.all([
          giveBack(tokens - input - output),
          spending.record({
            id: ids.row(),
            ...{ userId, workflowId, sessionId: session?.id ?? null },
            ...call,
            ...usage,
            cost: price ? (input * price.input + output * price.output) / 1_000_000 : null,
            createdAt: clock.now().toISOString(),
          }),
        ]);
      },
    };
  }
  return { reserve };
}
export type Spending = ReturnType<typeof createSpending>;

/** The day that budgets and lists of calls count by: of UTC, YYYY-MM-DD. */
export const dayOf = (time: Date) => time.toISOString().slice(0, 10);
const overBudget = (what: string) =>
  new CrmflowError('rate_limited', `The answer could use more tokens than are left for ${what}.`, {
    reason: 'budget',
  });
