import { carriedBy } from '../knowledge/carried.ts';
import type { Passage } from '../ports.ts';
import type { RunnerPorts } from '../runner/runner.ts';
import type { Plan } from '../workflow/flow.ts';
import type { Found, Library } from './library.ts';

/** Searches the questions and answers that travel with workflows, together with their owner's knowledge. */
export function createSearch(library: Library): RunnerPorts['search'] {
  const searches = new WeakMap<Plan, ReturnType<typeof carriedBy>>();

  function searchIn(plan: Plan) {
    const search = searches.get(plan) ?? carriedBy(plan.knowledge);
    searches.set(plan, search);
    return search;
  }

  return async ({ userId, plans, question, limit, items }) => {
    const carried = plans.flatMap((plan) => searchIn(plan)(question, { limit, items }));
    const owned = userId === null ? [] : await library.search(userId, question, { limit, items });
    return [...carried, ...owned.map(passageFrom)]
      .sort((one, other) => other.score - one.score)
      .slice(0, limit);
  };
}

/** A passage as an answer is taken from it. */
export const passageFrom = ({ name, url, passage: { text, page }, score }: Found): Passage => ({
  source: name,
  text,
  score,
  ...(page !== null && { page }),
  ...(url !== null && { url }),
});
