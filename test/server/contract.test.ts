import { contract, entries, ERRORS, type Entry } from '@crmflow/core/contract';
import { fromFile } from '@crmflow/core';
import { describe, expect, it } from 'vitest';
import { begin, refusal, type Ask } from './kit.ts';

const asksOnce = fromFile(
  {
    name: 'Asks once',
    nodes: [
      { id: 'start', type: 'trigger' },
      { id: 'name', type: 'listen', data: { prompt: 'Name?', saveAs: 'name' } },
    ],
    edges: ['start -> name'],
  },
  'the test',
);

/** Owner, stranger and guest, with one of everything that has an id. */
async function world() {
  const server = await begin({ rates: { request: { points: 100_000, seconds: 1 } } });
  const [owner, stranger] = [await server.register('owner'), await server.register('stranger')];
  const { body: workflow } = await owner.ask('POST', '/workflows', asksOnce);
  const { id: workflowId } = workflow as { id: string };
  const { body: started } = await owner.ask('POST', '/sessions', { workflowId });
  const { session, token } = started as { session: { id: string }; token: string };
  await owner.ask('POST', '/keys', { service: 'gemini', key: 'a key of the owner' });
  const { body: item } = await owner.ask('POST', '/knowledge/manual', {
    question: 'Open?',
    answer: 'Daily.',
  });
  const { id: itemId } = item as { id: string };
  const ids: Record<string, string> = { workflows: workflowId, sessions: session.id, knowledge: itemId };
  return { ...server, owner, stranger, ids, sessionToken: token };
}
type World = Awaited<ReturnType<typeof world>>;

/** The path with the owner's ids in it. */
const pathOf = ({ noun, op }: Entry, ids: World['ids']) =>
  op.path
    .replace(':service', 'gemini')
    .replace(':templateId', ids.workflows!)
    .replace(':fileId', 'none')
    .replace(':id', ids[noun] ?? 'none');

const wrongs: [string, unknown][] = [
  ['nothing', undefined],
  ['{}', {}],
  ['unknown fields', { nobodyKnows: 1, id: { a: 1 }, role: 'admin' }],
  [
    'wrong types',
    { name: 1, email: [], password: {}, nodes: 'x', message: {}, url: 1, key: null, prompt: [], mode: 9 },
  ],
  ['a list', []],
  ['a text', '"text"'],
  ['null', 'null'],
];
const mayFail = new Set<number>([ERRORS.provider_failed.status, ERRORS.unavailable.status]);
// Asked last, one by one: they take away what the others are about.
const isEnding = ({ noun, verb, op }: Entry) =>
  op.method === 'delete' || verb === 'end' || `${noun}.${verb}` === 'auth.changePassword';

async function callAll(ask: Ask, ids: World['ids'], chosen: readonly Entry[]) {
  const failed: string[] = [];
  for (const entry of chosen)
    for (const [what, body] of wrongs) {
      const { method } = entry.op;
      const isReading = method === 'get' || method === 'delete';
      if (isReading && typeof body === 'string') continue;
      const query = isReading && body && Object.keys(body).length ? '?nobodyKnows=1&limit=x' : '';
      const answer = await ask(
        method.toUpperCase(),
        pathOf(entry, ids) + query,
        isReading ? undefined : body,
      );
      if (answer.status >= 500 && !mayFail.has(answer.status))
        failed.push(
          `${entry.noun}.${entry.verb} with ${what}: ${answer.status} ${JSON.stringify(answer.body)}`,
        );
    }
  return failed;
}

describe('every operation of the contract', () => {
  const [ending, others] = [entries.filter(isEnding), entries.filter((entry) => !isEnding(entry))];

  it('answers guests, strangers, visitors and owners, whatever they send, without failing', async () => {
    const { owner, stranger, guest, asking, sessionToken, ids } = await world();
    for (const ask of [guest, stranger.ask, asking(sessionToken), owner.ask]) {
      expect(await callAll(ask, ids, others)).toEqual([]);
    }
    expect(await callAll(stranger.ask, ids, ending)).toEqual([]);
    expect(await callAll(owner.ask, ids, ending)).toEqual([]);
  });

  it.each(entries.filter(({ op }) => op.access !== 'public'))(
    'refuses guests: $noun.$verb',
    async (entry) => {
      const { guest, ids } = await world();
      const { method, access } = entry.op;
      const body = method === 'get' || method === 'delete' ? undefined : {};
      const answer = await guest(method.toUpperCase(), pathOf(entry, ids), body);
      if (entry.op.upload && answer.status === 415) return;
      expect([401, 404, 400]).toContain(answer.status);
      if (access !== 'session') expect(refusal(answer).code).toBe('unauthenticated');
    },
  );

  it.each(
    entries.filter(({ noun, op }) => op.path.includes(':') && op.access !== 'public' && noun !== 'users'),
  )("answers a stranger with the owner's id as with an unknown one: $noun.$verb", async (entry) => {
    const { stranger, ids } = await world();
    const { method } = entry.op;
    const body = method === 'get' || method === 'delete' ? undefined : valid(entry);
    const theirs = pathOf(entry, ids);
    const unknown = pathOf(entry, { workflows: 'unknown', sessions: 'unknown', knowledge: 'unknown' });
    const ask = (path: string) => stranger.ask(method.toUpperCase(), path, body);
    const [one, other] = [refusal(await ask(theirs)), refusal(await ask(unknown))];
    const forget = (text: string, id: string) => text.replace(id, 'the id');
    expect({ ...one, message: forget(one.message, ids[entry.noun] ?? 'gemini') }).toEqual({
      ...other,
      message: forget(other.message, 'unknown').replace('gemini', 'the id'),
    });
    expect(one.status).toBe(404);
  });
});

/** A body the schema takes, so that only the id is wrong. */
function valid({ noun, verb }: Entry): unknown {
  const bodies: Record<string, unknown> = {
    'workflows.update': { name: 'Mine now' },
    'sessions.send': { message: 'hello' },
    'sessions.reply': { message: 'hello' },
    'sessions.execute': { nodeId: 'name' },
    'sessions.advance': { nodeId: 'name' },
    'knowledge.update': { name: 'Mine now' },
  };
  return bodies[`${noun}.${verb}`] ?? {};
}

it('knows every noun of the contract', () => {
  expect(Object.keys(contract).sort()).toEqual([...new Set(entries.map(({ noun }) => noun))].sort());
});
