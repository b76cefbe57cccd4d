import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testWorld } from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import { DEPTH, meanOf, measure } from '../../packages/cli/src/commands/kb/measure.ts';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import type { KnowledgeItem } from '../../packages/core/src/store.ts';
import { DATA } from './data.ts';

interface Questions {
  passages: { id: number; title: string; text: string }[];
  queries: { text: string; rel: number[] }[];
}

const itemOf = (name: string): KnowledgeItem => ({
  id: name,
  userId: 'owner',
  type: 'file',
  name,
  content: '',
  enabled: true,
  state: 'ready',
  reason: null,
  url: null,
  hash: name,
  progress: null,
  crawl: null,
  createdAt: '2026-01-05T09:00:00.000Z',
  updatedAt: '2026-01-05T09:00:00.000Z',
});

/** An item for each title, with its passages as they are given. */
async function knowing({ passages }: Questions) {
  const store = createMemoryStore();
  for (const title of new Set(passages.map((passage) => passage.title)))
    await store.knowledge.create(
      itemOf(title),
      passages
        .filter((passage) => passage.title === title)
        .map(({ text }, position) => ({
          itemId: title,
          position,
          text,
          page: null,
          start: 0,
          end: text.length,
        })),
    );
  const { app, owner } = testWorld({ store });
  return app.as(owner).knowledge;
}

it('finds by words alone what 10,570 questions ask for in 2,067 passages', async () => {
  const questions = JSON.parse(readFileSync(join(DATA, 'questions.json'), 'utf8')) as Questions;
  const knowledge = await knowing(questions);
  const textOf = new Map(questions.passages.map(({ id, text }) => [id, text]));
  const measured = [];
  for (const { text: question, rel } of questions.queries) {
    const { items } = await knowledge.search({ q: question, limit: DEPTH });
    measured.push(measure({ question, expects: rel.map((id) => textOf.get(id)!) }, items));
  }
  const means = meanOf(measured);
  console.info(`${measured.length} questions:`, means);
  expect(measured).toHaveLength(10_570);
  expect(means.recall1).toBeGreaterThanOrEqual(0.81);
  expect(means.recall5).toBeGreaterThanOrEqual(0.94);
  expect(means.mrr).toBeGreaterThanOrEqual(0.87);
  expect(means.ndcg).toBeGreaterThanOrEqual(0.89);
});
