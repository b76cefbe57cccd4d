import { createIndex } from '../knowledge/rank.ts';
import type { RunnerPorts } from '../runner/runner.ts';
import type { Flow } from '../workflow/flow.ts';

/** Searches the questions and answers that travel with a workflow. */
export function createSearch(): RunnerPorts['search'] {
  const indexes = new WeakMap<Flow, ReturnType<typeof createIndex>>();
  return async (_userId, flow, question, limit) => {
    const known = indexes.get(flow);
    const index =
      known ?? createIndex(flow.knowledge.map(({ question: source, answer: text }) => ({ source, text })));
    indexes.set(flow, index);
    return index(question, limit);
  };
}
