import type { AiProvider } from '../../packages/core/src/ports.ts';
import type { Store } from '../../packages/core/src/store.ts';

export const DIMENSIONS = 384;
const MODEL = 'bench';

/** A direction of a text, the same each time. */
function vectorOf(text: string): Float32Array {
  let state = 1;
  for (const char of text) state = (Math.imul(state, 31) + char.charCodeAt(0)) | 0;
  const vector = Float32Array.from({ length: DIMENSIONS }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** A provider in this process: what is measured is the search, not a network. */
export const embedding: AiProvider = {
  name: 'bench',
  defaultModel: MODEL,
  stream: () => {
    throw new Error('There is no model in a benchmark.');
  },
  embed: { model: MODEL, vectors: (texts) => Promise.resolve(texts.map(vectorOf)) },
  check: () => Promise.resolve(),
};

/** Gives every item of an owner its vectors, as if they had been made when it was taken in. */
export async function fillVectors({ knowledge }: Store, owner: string): Promise<void> {
  for (const { vectorModel, ...item } of await knowledge.searchable(owner)) {
    if (vectorModel) continue;
    const passages = await knowledge.passages([item.id]);
    const matrix = new Float32Array(passages.length * DIMENSIONS);
    for (const [at, { text }] of passages.entries()) matrix.set(vectorOf(text), at * DIMENSIONS);
    await knowledge.putVectors(item, { model: `bench:${MODEL}`, matrix });
  }
}
