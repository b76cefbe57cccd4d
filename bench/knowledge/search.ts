import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../packages/core/src/adapters/embedded/embedded.ts';
import { migrate } from '../../packages/core/src/adapters/migrate.ts';
import { openPostgres } from '../../packages/core/src/adapters/postgres.ts';
import { createPrismaStore, type PrismaStore } from '../../packages/core/src/adapters/store/prisma-store.ts';
import { migrations } from '../../packages/core/src/generated/migrations.ts';
import type { KnowledgeItem, Store } from '../../packages/core/src/store.ts';
import { freshDatabase } from '../../chaos/fresh-database.mjs';
import type { Ports } from '../../packages/core/src/app.ts';
import { appOn } from '../app.ts';
import { embedding, fillVectors } from './vectors.ts';

// A search as an owner makes it, through the app, over passages in the database: the median and the slowest of twenty.

const SIZES = [10_000, 100_000];
const PASSAGES_AN_ITEM = 500;
const WORDS_A_PASSAGE = 100;
const WORDS_A_QUESTION = 9;
const QUESTIONS = 200;
const OWNER = 'local';
const at = '2026-01-05T09:00:00.000Z';

/** mulberry32: the same words in every run. */
function seeded(seed: number) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
const random = seeded(1);

/** As often as words of a language are said: the nth one time in n (Zipf), out of 30,000. */
const VOCABULARY = Array.from({ length: 30_000 }, (_, rank) => {
  const syllables = ['ka', 'lo', 'mi', 'ne', 'pu', 'ra', 'so', 'ti', 'vu', 'ze'];
  return [...String(rank + 100)].map((digit) => syllables[Number(digit)]).join('');
});
const wordOf = () => VOCABULARY[Math.floor(VOCABULARY.length ** random()) - 1]!;
const wordsOf = (count: number) => Array.from({ length: count }, wordOf).join(' ');

async function fill({ knowledge }: Store, from: number, to: number): Promise<void> {
  for (let done = from; done < to; done += PASSAGES_AN_ITEM) {
    const id = `item-${done}`;
    const item: KnowledgeItem = {
      ...{ id, userId: OWNER, type: 'file', name: `Document ${done}`, content: '', enabled: true },
      ...{ state: 'ready', reason: null, url: null, hash: id, progress: null, crawl: null },
      ...{ createdAt: at, updatedAt: at },
    };
    const passages = Array.from({ length: PASSAGES_AN_ITEM }, (_, position) => {
      const text = `${wordsOf(WORDS_A_PASSAGE / 2)}. ${wordsOf(WORDS_A_PASSAGE / 2)}.`;
      return { itemId: id, position, text, page: null, start: 0, end: text.length };
    });
    await knowledge.create(item, passages);
  }
}

interface Times {
  first: number;
  p50: number;
  p95: number;
}
async function timesOf(store: Store, more: Partial<Ports> = {}): Promise<Times> {
  const { knowledge } = appOn(store, more).as({ role: 'user', userId: OWNER });
  const timeOf = async (q = wordsOf(WORDS_A_QUESTION)) => {
    const from = performance.now();
    await knowledge.search({ q, limit: 5 });
    return performance.now() - from;
  };
  const first = await timeOf();
  // What a question means is asked of a provider, and that call is written down: what is timed is the search.
  const meant = more.shared ? Array.from({ length: QUESTIONS }, () => wordsOf(WORDS_A_QUESTION)) : [];
  for (const question of meant) await timeOf(question);
  const times: number[] = [];
  for (let asked = 0; asked < QUESTIONS; asked++) times.push(await timeOf(meant[asked]));
  times.sort((one, other) => one - other);
  return { first, p50: times[QUESTIONS / 2]!, p95: times[Math.floor(QUESTIONS * 0.95)]! };
}

async function measureOn(where: string, store: PrismaStore): Promise<void> {
  await store.users.ensureLocal(OWNER);
  let kept = 0;
  for (const size of SIZES) {
    await fill(store, kept, size);
    kept = size;
    report(where, size, await timesOf(store));
    await fillVectors(store, OWNER);
    report(`${where}, with vectors`, size, await timesOf(store, BY_MEANING));
  }
}

/** As many vectors as passages are gone through for each question, besides the words. */
const BY_MEANING: Partial<Ports> = {
  providers: { names: ['bench'], open: () => null },
  shared: [embedding],
  isShared: () => true,
};

function report(where: string, size: number, { first, p50, p95 }: Times) {
  console.log(
    `  ${where.padEnd(24)} ${size.toLocaleString('en').padStart(9)} passages   p50 ${p50.toFixed(2).padStart(6)} ms   p95 ${p95.toFixed(2).padStart(6)} ms   the first, which makes the index, ${(first / 1000).toFixed(1)} s`,
  );
}

async function onPostgres(): Promise<void> {
  const home = await freshDatabase();
  const database = await openPostgres({ url: home.store.databaseUrl });
  await migrate(database.pool, migrations);
  const store = createPrismaStore(database);
  await measureOn('PostgreSQL', store);
  await store.close();
  await database.close();
  await home.remove();
}
async function onEmbedded(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'crmflow-bench-'));
  const database = await openEmbedded({ dataDir: join(folder, 'data') });
  await migrate(database.pool, migrations);
  const store = createPrismaStore(database);
  await measureOn('embedded', store);
  await store.close();
  await database.close();
  rmSync(folder, { recursive: true });
}

/** How long a search takes. */
export async function search(): Promise<void> {
  console.log(`\nA question of ${WORDS_A_QUESTION} words, asked through the app`);
  await onEmbedded();
  await onPostgres();
}
