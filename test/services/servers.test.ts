import { once } from 'node:events';
import { Redis } from 'ioredis';
import { fromFile } from '@crmflow/core';
import { openApp } from '@crmflow/core/open';
import { serve } from '@crmflow/server';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase } from '../../chaos/fresh-database.mjs';
import { bookOf } from '../knowledge/kit.ts';

const redisUrl = process.env.CRMFLOW_TEST_REDIS ?? 'redis://127.0.0.1:6379';
const secrets = {
  jwtSecret: 'a secret of 32 bytes for this test',
  encryptionKey: 'a key of 32 bytes for this test..',
};
const asksOn = fromFile(
  {
    name: 'Asks on',
    nodes: [
      { id: 'start', type: 'trigger' },
      { id: 'ask', type: 'listen', data: { prompt: 'Again?', saveAs: 'said' } },
    ],
    edges: ['start -> ask', 'ask -> ask'],
  },
  'the test',
);
const handsOver = fromFile(
  {
    name: 'Hands over',
    nodes: [
      { id: 'start', type: 'trigger' },
      { id: 'ask', type: 'listen', data: { prompt: 'Yes?', saveAs: 'said' } },
      { id: 'desk', type: 'integration', data: { kind: 'handover' } },
    ],
    edges: ['start -> ask', 'ask -> desk', 'desk -> ask'],
  },
  'the test',
);

let home: Awaited<ReturnType<typeof freshDatabase>>;
let here: Awaited<ReturnType<typeof startServer>>;
let there: Awaited<ReturnType<typeof startServer>>;

async function startServer(options: { redisUrl?: string | undefined; lookMs?: number } = {}) {
  const opened = await openApp({ databaseUrl: home.store.databaseUrl, ...secrets, isServed: true });
  const serving = await serve({
    app: opened.app,
    port: 0,
    host: '127.0.0.1',
    version: '0',
    redisUrl,
    ...options,
    rates: { message: { points: 1e6, seconds: 1 } },
  });
  const close = () => serving.close().then(opened.close);
  return { app: opened.app, url: serving.url, close };
}
beforeAll(async () => {
  home = await freshDatabase();
  [here, there] = [await startServer(), await startServer()];
});
afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await home.remove();
});

/** A visitor who hears by a socket of one server, and may speak by REST at any. */
async function visitor(at = here) {
  const { user } = await here.app
    .as({ role: 'guest' })
    .auth.register({ email: `${crypto.randomUUID()}@example.com`, password: 'correct horse battery' });
  const owner = here.app.as({ role: 'user', userId: user.id });
  const { id: workflowId } = await owner.workflows.create({ ...asksOn, isPublic: true });
  const socket = io(at.url, { transports: ['websocket'], forceNew: true });
  const seqs: number[] = [];
  socket.onAny((_event, { seq }: { seq?: number }) => seq !== undefined && seqs.push(seq));
  await once(socket as unknown as NodeJS.EventEmitter, 'connect');
  const { data } = (await socket.emitWithAck('session:start', { workflowId, mode: 'auto' })) as {
    data: { session: { id: string }; token: string };
  };
  return {
    seqs,
    async say(server: { url: string }, message: string): Promise<number> {
      const response = await fetch(`${server.url}/api/sessions/${data.session.id}/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${data.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ message }),
      });
      expect(response.status).toBe(200);
      return ((await response.json()) as { session: { seq: number } }).session.seq;
    },
    hasHeard: (seq: number) =>
      expect.poll(() => seqs, { timeout: 10_000 }).toEqual(Array.from({ length: seq }, (_, n) => n + 1)),
    leave: () => socket.disconnect(),
  };
}

it('hears at one server what is said at another, in order and without a gap', async () => {
  const { say, hasHeard, leave } = await visitor();
  let seq = 0;
  for (let n = 0; n < 20; n++) seq = await say(n % 3 ? there : here, `message ${n}`);
  await hasHeard(seq);
  leave();
});

it('hears what was said while Redis could not be heard, once it can', async () => {
  const { say, hasHeard, leave } = await visitor();
  await hasHeard(await say(there, 'before'));
  const admin = new Redis(redisUrl);
  await admin.client('KILL', 'TYPE', 'pubsub');
  const seq = await say(there, 'meanwhile');
  await hasHeard(seq);
  await hasHeard(await say(there, 'after'));
  admin.disconnect();
  leave();
});

it('hears what a server stored that did not live to say so', async () => {
  const watchful = await startServer({ lookMs: 200 });
  // Without Redis it tells nobody.
  const silent = await startServer({ redisUrl: undefined });
  const { say, hasHeard, leave } = await visitor(watchful);
  await hasHeard(await say(silent, 'nobody is told of this'));
  leave();
  await Promise.all([watchful.close(), silent.close()]);
});

it('takes no harm from what others write where servers hear each other', async () => {
  const { say, hasHeard, leave } = await visitor();
  const other = new Redis(redisUrl);
  for (const text of ['', '{', 'null', '{"by":"x"}', '{"by":"x","sessionId":"y","from":1,"to":2}'])
    await other.publish('crmflow:told', text);
  await hasHeard(await say(there, 'still here'));
  other.disconnect();
  leave();
});

it('hears at one server how far what was brought to another is taken in', async () => {
  const { user, token } = await here.app
    .as({ role: 'guest' })
    .auth.register({ email: `${crypto.randomUUID()}@example.com`, password: 'correct horse battery' });
  const socket = io(here.url, { transports: ['websocket'], forceNew: true, auth: { token } });
  const heard: unknown[] = [];
  socket.on('knowledge:progress', (progress: unknown) => heard.push(progress));
  await once(socket as unknown as NodeJS.EventEmitter, 'connect');
  const other = new Redis(redisUrl);
  for (const text of ['{', 'null', `{"by":"x","userId":${JSON.stringify(user.id)},"progress":{"itemId":1}}`])
    await other.publish('crmflow:knowledge', text);
  other.disconnect();
  const { knowledge } = there.app.as({ role: 'user', userId: user.id });
  const bytes = bookOf(['The first page of two.', 'The second page of two.']);
  const { id } = await knowledge.pdf({
    file: { name: 'a.pdf', mimeType: 'application/pdf', bytes },
    wait: 0,
  });
  await expect
    .poll(() => heard.at(-1), { timeout: 10_000 })
    .toEqual({ itemId: id, state: 'ready', done: 2, total: 2 });
  socket.disconnect();
});

it('hears at one server that a session of another waits for a person, also when Redis was away', async () => {
  const { user, token } = await here.app
    .as({ role: 'guest' })
    .auth.register({ email: `${crypto.randomUUID()}@example.com`, password: 'correct horse battery' });
  const owner = there.app.as({ role: 'user', userId: user.id });
  const { id: workflowId } = await owner.workflows.create({ ...handsOver, isPublic: true });
  const socket = io(here.url, { transports: ['websocket'], forceNew: true, auth: { token } });
  const heard: string[] = [];
  socket.onAny((event: string, { sessionId, message }: { sessionId: string; message?: { text: string } }) =>
    heard.push([event, sessionId === session.id ? 'it' : sessionId, message?.text].filter(Boolean).join(' ')),
  );
  await once(socket as unknown as NodeJS.EventEmitter, 'connect');
  await socket.emitWithAck('handover:watch');
  const other = new Redis(redisUrl);
  for (const text of ['', 'null', '{"by":"x"}', `{"by":"x","userId":"${user.id}","sessionId":"y"}`])
    await other.publish('crmflow:handover', text);
  const guest = there.app.as({ role: 'guest' });
  const { session, token: shown } = await guest.sessions.start({ workflowId });
  const visitor = there.app.as({ role: 'guest', sessionToken: shown });
  const say = (message: string) => visitor.sessions.send({ id: session.id, message });
  const hears = (...events: string[]) => expect.poll(() => heard, { timeout: 10_000 }).toEqual(events);
  await say('A person, please');
  await hears('handover:waiting it');
  await say('Hello?');
  await hears('handover:waiting it', 'handover:message it Hello?');
  await other.client('KILL', 'TYPE', 'pubsub');
  await owner.sessions.handBack({ id: session.id });
  await hears('handover:waiting it', 'handover:message it Hello?', 'handover:over it');
  other.disconnect();
  socket.disconnect();
});
