import { createIndex, type Index } from '../knowledge/rank.ts';
import type { Passage } from '../ports.ts';
import type { RunnerPorts } from '../runner/runner.ts';
import type { Plan } from '../workflow/flow.ts';
import type { Found, Library } from './library.ts';

/** Searches the questions and answers that travel with workflows, together with their owner's knowledge. */
export function createSearch(library: Library): RunnerPorts['search'] {
  const indexes = new WeakMap<Plan, Index<Omit<Passage, 'score'>>>();

  function carriedBy(plan: Plan) {
    const known = indexes.get(plan);
    if (known) return known;
    const index = createIndex<Omit<Passage, 'score'>>();
    index.add(
      'workflow',
      plan.knowledge.map(({ question: source, answer: text }) => ({
        value: { source, text },
        title: source,
        text,
      })),
    );
    indexes.set(plan, index);
    return index;
  }

  return async ({ userId, plans, question, limit, items }) => {
    const carried = plans.flatMap((plan) =>
      carriedBy(plan)
        .search(question, items ? plan.knowledge.length : limit)
        .filter(({ value }) => items?.includes(value.source) ?? true),
    );
    const owned = userId === null ? [] : await library.search(userId, question, { limit, items });
    return [...carried.map(({ value, score }) => ({ ...value, score })), ...owned.map(passageFrom)]
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
