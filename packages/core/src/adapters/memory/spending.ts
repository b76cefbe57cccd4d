import type { ModelCall, ModelUse, Store } from '../../store.ts';

/** What models were called for, and how much of the days' budgets is taken. */
export function memorySpending(): Store['spending'] & {
  /** Forgets the calls of a user. */
  forgetCalls(userId: string): void;
  callsBefore(at: string): string[];
  /** Gives how many there were. */
  removeCalls(ids: ReadonlySet<string>): number;
} {
  const taken = new Map<string, number>();
  let calls: ModelCall[] = [];
  const keyOf = (scope: string, day: string) => `${day} ${scope}`;

  return {
    async take(scope, day, tokens, most) {
      const sum = (taken.get(keyOf(scope, day)) ?? 0) + tokens;
      if (sum > most) return false;
      taken.set(keyOf(scope, day), sum);
      return true;
    },
    async giveBack(scope, day, tokens) {
      const key = keyOf(scope, day);
      taken.set(key, Math.max(0, (taken.get(key) ?? 0) - tokens));
    },
    async record(call) {
      calls.push({ ...call });
    },
    async used({ userId, workflowId, since, until }) {
      const uses = new Map<string, ModelUse>();
      for (const call of calls) {
        const day = call.createdAt.slice(0, 10);
        if (call.userId !== userId || day < since || day > until) continue;
        if (workflowId !== undefined && call.workflowId !== workflowId) continue;
        const { provider, model } = call;
        const key = JSON.stringify([day, provider, model]);
        const zero = {
          day,
          provider,
          model,
          calls: 0,
          failed: 0,
          inputTokens: 0,
          outputTokens: 0,
          cost: null,
        };
        uses.set(key, sum(uses.get(key) ?? zero, call));
      }
      return [...uses.values()].sort((one, other) => (orderOf(one) < orderOf(other) ? 1 : -1));
    },
    forgetCalls(userId) {
      calls = calls.filter((call) => call.userId !== userId);
    },
    callsBefore: (at) => calls.filter(({ createdAt }) => createdAt < at).map(({ id }) => id),
    removeCalls(ids) {
      const left = calls.filter(({ id }) => !ids.has(id));
      const count = calls.length - left.length;
      calls = left;
      return count;
    },
  };
}

const sum = (use: ModelUse, { outcome, inputTokens, outputTokens, cost }: ModelCall): ModelUse => ({
  ...use,
  calls: use.calls + 1,
  failed: use.failed + (outcome === 'ok' ? 0 : 1),
  inputTokens: use.inputTokens + inputTokens,
  outputTokens: use.outputTokens + outputTokens,
  cost: cost === null ? use.cost : (use.cost ?? 0) + cost,
});
const orderOf = ({ day, provider, model }: ModelUse) => `${day} ${provider} ${model}`;
