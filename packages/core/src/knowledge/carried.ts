import type { Passage } from '../ports.ts';
import { createIndex } from './rank.ts';

interface Carried {
  question: string;
  answer: string;
}

/** Makes the questions and answers that travel with a workflow searchable; of some only when they are named. */
export function carriedBy(knowledge: readonly Carried[]) {
  const index = createIndex<Omit<Passage, 'score'>>();
  index.add(
    'workflow',
    knowledge.map(({ question: source, answer: text }) => ({ value: { source, text }, title: source, text })),
  );
  return (
    question: string,
    { limit, items }: { limit: number; items?: readonly string[] | undefined },
  ): Passage[] =>
    index
      .search(question, items ? knowledge.length : limit)
      .filter(({ value }) => items?.includes(value.source) ?? true)
      .map(({ value, score }) => ({ ...value, score }));
}
