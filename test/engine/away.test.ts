import { databaseAway } from '../../packages/core/src/errors.ts';
import { fromFile } from '@crmflow/core';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { testWorld, type TestWorld } from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import { serve } from '../http/support.ts';
import { keeping, sketch, standingFor } from '../outbound/kit.ts';
import { ask, graphOf, say, start } from './kit.ts';

const LEASE_S = 31;

/** Fails once, as a database that is away for a moment. */
function awayOnce<A extends unknown[], T>(work: (...given: A) => Promise<T>) {
  let times = 0;
  return async (...given: A): Promise<T> => {
    if (++times === 1) throw databaseAway('The database does not answer at the moment.');
    return work(...given);
  };
}

/** Begins a session of what is drawn, and lets it go on until it was left off and taken up again. */
async function begun({ app, owner, pass }: TestWorld, graph: ReturnType<typeof graphOf>, message?: string) {
  const api = app.as(owner);
  const { id: workflowId } = await api.workflows.create(graph);
  const { session } = await app.begin(owner, { workflowId });
  await app.rest();
  if (message) await api.sessions.send({ id: session.id, message }).catch(() => undefined);
  await app.rest();
  const before = (await api.sessions.get({ id: session.id })).status;
  await pass(LEASE_S);
  const { items } = await api.sessions.messages({ id: session.id });
  return { before, said: items.map(({ from, text }) => `${from}: ${text}`) };
}

it('is no answer that an ai node leaves by: it searches again', async () => {
  const base = createMemoryStore();
  const revision = awayOnce(base.knowledge.revision);
  const world = testWorld({ store: { ...base, knowledge: { ...base.knowledge, revision } } });
  await world.app.as(world.owner).knowledge.manual({ question: 'When are you open?', answer: 'From nine.' });
  const graph = graphOf({
    nodes: [
      start,
      ask('question'),
      { id: 'answer', type: 'ai' },
      say('none', 'Nothing there.'),
      say('broken', 'An error: {{ error.message }}'),
    ],
    edges: [
      'start -> question',
      'question -> answer',
      'answer.not_found -> none',
      'answer.unavailable -> broken',
      'answer.error -> broken',
    ],
  });
  const { before, said } = await begun(world, graph, 'When are you open?');
  expect(before).toBe('running');
  expect(said.slice(1)).toEqual(['user: When are you open?', 'bot: From nine.']);
});

it('is no failure of a node that keeps a file: it keeps it again', async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(Buffer.from([0xff, 0xfb, 1, 2]));
  });
  const base = createMemoryStore();
  const put = awayOnce(base.files.put);
  const http = standingFor(server, 'https://api.elevenlabs.io');
  const world = testWorld({ http, store: { ...base, files: { ...base.files, put } } });
  await keeping({ elevenlabs: { key: 'sk_0123' } })(world.app.as(world.owner));
  const speech = { kind: 'elevenlabs_speech', text: 'Hello', voice: 'JBFqnCBsd6RMkjVDRZzb', saveAs: 'url' };
  const { before, said } = await begun(
    world,
    fromFile(sketch(speech, {}, ['refused', 'unavailable']), 'the test'),
  );
  expect(before).toBe('running');
  expect(said.at(-1)).toBe('bot: sent');
});
