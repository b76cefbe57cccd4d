import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CrmflowError, readWorkflowFile, writeConversations, writeWorkflowFile } from '@crmflow/core';
import { differences, readConversations, replay, testWorld } from '@crmflow/core/testing';
import { EXAMPLE } from '../../packages/core/src/drafting/example.ts';
import { UNDRAFTED } from '../../packages/core/src/drafting/beyond.ts';
import { guide } from '../../packages/core/src/drafting/guide.ts';
import { rehearse } from '../../packages/core/src/drafting/rehearse.ts';
import { nodeKinds } from '../../packages/core/src/nodes/index.ts';
import { draftFor, shortDraftFor, HOST, hostile, spoiled, type Draft } from './drafts.ts';
import { modelWorld } from './world.ts';

interface Case {
  wish: string;
  /** What the model answers, round by round; the last again and again. */
  answers: readonly string[];
  /** In which round a draft passes; null when none does. */
  passes: number | null;
}

const written = (draft: Draft) => JSON.stringify(draft);
const names = Object.keys(spoiled);
const wishes = [
  'a roofer',
  'a dentist',
  'a winery',
  'a school',
  'a shop for bicycles',
  'a town hall',
  'a gym',
];
const wishOf = (what: string, at: number) =>
  `${at}. For ${wishes[at % wishes.length]}: ${what}. Orders stand at ${HOST}.`;

const cases: Case[] = [
  ...Array.from({ length: 30 }, (_, at) => ({
    wish: 'good at once',
    answers: [written(draftFor(at))],
    passes: 1,
  })),
  ...names.map((name, at) => ({
    wish: `${name}, then mended`,
    answers: [written(spoiled[name]!(shortDraftFor(at))), written(shortDraftFor(at))],
    passes: 2,
  })),
  ...names.slice(0, 12).map((name, at) => ({
    wish: `${name}, then worse, then mended`,
    answers: [written(spoiled[name]!(shortDraftFor(at))), '{}', written(shortDraftFor(at + 1))],
    passes: 3,
  })),
  ...names.slice(10).map((name, at) => ({
    wish: `always ${name}`,
    answers: [2, 3, 4, 5].map((other) => written(spoiled[name]!(shortDraftFor(at + other)))),
    passes: null,
  })),
  ...Object.entries(hostile).map(([name, answer]) => ({
    wish: `hostile: ${name}`,
    answers: [answer],
    passes: null,
  })),
].map((each, at) => ({ ...each, wish: wishOf(each.wish, at) }));

/** An owner whose model answers as a case has it. */
async function ownerWith({ answers }: Pick<Case, 'answers'>) {
  const { world, openai } = await modelWorld({
    openai: answers.map((text) => ({ texts: text.match(/[^]{1,20000}/g) ?? [] })),
  });
  const { app, owner } = testWorld(world);
  return { api: app.as(owner), openai };
}

describe(`drafting a workflow, ${cases.length} times`, () => {
  it.each(cases.filter(({ passes }) => passes !== null).map((each) => [each.wish, each] as const))(
    'takes what passes every check: %s',
    async (wish, { answers, passes }) => {
      const { api } = await ownerWith({ answers });
      const { conversations, rounds, ...workflow } = await api.ai.generateWorkflow({ prompt: wish });
      expect(rounds).toHaveLength(passes! - 1);
      for (const round of rounds) expect(round.length).toBeGreaterThan(0);
      const { problems } = await api.workflows.create(workflow);
      expect(problems).toEqual([]);
      expect(conversations.length).toBeGreaterThan(0);
      const content = { ...workflow, isPublic: false };
      const file = readWorkflowFile(writeWorkflowFile(content, 'yaml'), 'x.workflow.yaml');
      for (const conversation of readConversations(writeConversations(conversations), 'x.conversations.yaml'))
        expect(differences(conversation, await replay(file, conversation))).toEqual([]);
    },
  );

  it.each(cases.filter(({ passes }) => passes === null).map((each) => [each.wish, each] as const))(
    'refuses with reasons: %s',
    async (wish, { answers }) => {
      const { api, openai } = await ownerWith({ answers });
      const refusal = await api.ai.generateWorkflow({ prompt: wish }).catch((cause: unknown) => cause);
      expect(refusal).toBeInstanceOf(CrmflowError);
      const { status, message, details } = refusal as CrmflowError;
      expect([status, message]).toEqual([422, expect.any(String)]);
      const { reasons } = details as { reasons: unknown[] };
      expect(reasons.length).toBeGreaterThan(0);
      // Whoever writes the same again is not asked a third time.
      expect(openai.requests).toHaveLength(answers.length === 1 ? 2 : 4);
      expect({}).not.toHaveProperty('polluted');
    },
  );
});

describe('the synthetic visitor', () => {
  const templates = fileURLToPath(new URL('../../packages/core/templates', import.meta.url));
  const bounds = {
    ticks: () => performance.now(),
    breathe: () => new Promise<void>((done) => setImmediate(done)),
  };

  it.each(readdirSync(templates).filter((name) => name.endsWith('.workflow.yaml')))(
    'finds a conversation for every way through %s',
    async (name) => {
      const workflow = readWorkflowFile(readFileSync(`${templates}/${name}`, 'utf8'), name);
      const { problems, conversations } = await rehearse(workflow, new Map(), bounds);
      expect(problems).toEqual([]);
      for (const conversation of conversations)
        expect(differences(conversation, await replay(workflow, conversation))).toEqual([]);
    },
  );
});

describe('what a model is told', () => {
  it('names every kind that it may use, and its example passes', async () => {
    for (const { type, kind } of nodeKinds)
      expect([kind, guide().includes(`- ${type}/${kind}`)]).toEqual([
        kind,
        !(`${type}/${kind}` in UNDRAFTED),
      ]);
    const { world } = await modelWorld({ openai: [{ texts: [written(EXAMPLE.draft)] }] });
    const { app, owner } = testWorld(world);
    const { rounds } = await app.as(owner).ai.generateWorkflow({ prompt: EXAMPLE.wish });
    expect(rounds).toEqual([]);
  });
});
