import { LRUCache } from 'lru-cache';
import { reasonOf } from '../errors.ts';
import type { Store } from '../store.ts';
import type { Embedder, Skills } from './skills.ts';
import { within } from './within.ts';

interface Needs {
  store: Store;
  skills: Pick<Skills, 'embedderOf'>;
  ticks(): number;
}

/** Whether a user has a key is not looked up at each search. */
const KNOWN_MS = 30_000;
/** After a failure passages are found by their words alone for so long. */
const PAUSE_MS = 60_000;
/** Failures that are of the item rather than of the provider: it is left out for a while, so that others have their turn. */
const OF_ITEM = new Set(['refused', 'too_long', 'malformed', 'blocked', 'budget']);
const REFUSED_MS = 3_600_000;
/** A question waits no longer for its vector, and whoever asks first no longer for those of new items. */
const QUESTION_MS = 3_000;
const FIRST_MS = 10_000;
const MOST_QUESTIONS = 1_000;

/** What passages and questions mean, as vectors, for users with a provider that makes them. */
export function createVectors({ store: { knowledge }, skills, ticks }: Needs) {
  const embedders = new LRUCache<string, { embedder: Embedder | null; at: number }>({ max: 1_000 });
  const questions = new LRUCache<string, Float32Array>({ max: MOST_QUESTIONS });
  const pausedUntil = new LRUCache<string, number>({ max: 1_000 });
  const refused = new LRUCache<string, number>({ max: 10_000 });
  const atWork = new Set<string>();

  async function embedderOf(userId: string): Promise<Embedder | null> {
    if ((pausedUntil.get(userId) ?? 0) > ticks()) return null;
    const known = embedders.get(userId);
    if (known && ticks() - known.at < KNOWN_MS) return known.embedder;
    // Of a key that cannot be opened any more whoever answers will tell.
    const embedder = await skills.embedderOf(userId).catch(() => null);
    embedders.set(userId, { embedder, at: ticks() });
    return embedder;
  }

  /** Item by item, each whole: one that was cut off goes on at the next time. */
  async function makeMissing(userId: string): Promise<void> {
    const embedder = await embedderOf(userId);
    if (!embedder) return;
    const items = await knowledge.searchable(userId);
    for (const { vectorModel, ...item } of items) {
      const { id, name, hash } = item;
      const key = `${embedder.model} ${id} ${hash}`;
      if (vectorModel === embedder.model || (refused.get(key) ?? 0) > ticks()) continue;
      const passages = await knowledge.passages([id]);
      const texts = passages.map(({ text }) => `${name}\n${text}`);
      const vectors = await embedder
        .vectors(texts, 'passage', new AbortController().signal)
        .catch((cause: unknown) => {
          if (OF_ITEM.has(reasonOf(cause) ?? '')) refused.set(key, ticks() + REFUSED_MS);
          throw cause;
        });
      await knowledge.putVectors(item, { model: embedder.model, matrix: packed(vectors) });
    }
  }

  /** Begins to make them, unless that is under way: whoever comes then does not wait. */
  async function follow(userId: string): Promise<void> {
    if (atWork.has(userId)) return;
    atWork.add(userId);
    const work = makeMissing(userId)
      .catch(() => void pausedUntil.set(userId, ticks() + PAUSE_MS))
      .finally(() => atWork.delete(userId));
    await within(FIRST_MS, work);
  }

  return {
    /** Makes the vectors that are missing; gives up waiting after ten seconds, and never rejects. */
    follow,
    /** What a question means; null without a provider that says so in time. */
    async of(userId: string, question: string): Promise<Float32Array | null> {
      const embedder = await embedderOf(userId);
      if (!embedder) return null;
      const key = `${embedder.model}\n${question}`;
      const known = questions.get(key);
      if (known) return known;
      try {
        const [vector] = await embedder.vectors([question], 'question', AbortSignal.timeout(QUESTION_MS));
        if (vector) questions.set(key, vector);
        return vector ?? null;
      } catch {
        pausedUntil.set(userId, ticks() + PAUSE_MS);
        return null;
      }
    },
    /** By which items are told apart that have vectors to compare. */
    modelOf: async (userId: string) => (await embedderOf(userId))?.model ?? null,
  };
}
export type Vectors = ReturnType<typeof createVectors>;

function packed(vectors: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const [first = new Float32Array()] = vectors;
  const matrix = new Float32Array(vectors.length * first.length);
  for (const [at, vector] of vectors.entries()) matrix.set(vector, at * first.length);
  return matrix;
}
