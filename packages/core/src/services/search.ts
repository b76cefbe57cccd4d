import { createIndex, type Index } from '../knowledge/rank.ts';
import type { Passage } from '../ports.ts';
import type { RunnerPorts } from '../runner/runner.ts';
import type { Flow } from '../workflow/flow.ts';
import type { Library } from './library.ts';

/** Searches the questions and answers that travel with a workflow, together with its owner's knowledge. */
export function createSearch(library: Library): RunnerPorts['search'] {
  const indexes = new WeakMap<Flow, Index<Omit<Passage, 'score'>>>();

  function carriedBy(flow: Flow) {
    const known = indexes.get(flow);
    if (known) return known;
    const index = createIndex<Omit<Passage, 'score'>>();
    index.add(
      'workflow',
      flow.knowledge.map(({ question: source, answer: text }) => ({
        value: { source, text },
        title: source,
        text,
      })),
    );
    indexes.set(flow, index);
    return index;
  }

  return async (userId, flow, question, limit) => {
    const carried = carriedBy(flow).search(question, limit);
    const owned = userId === null ? [] : await library.search(userId, question, { limit });
    return [
      ...carried.map(({ value, score }) => ({ ...value, score })),
      ...owned.map(({ name, passage, score }) => ({ source: name, text: passage.text, score })),
    ]
      .sort((one, other) => other.score - one.score)
      .slice(0, limit);
  };
}
