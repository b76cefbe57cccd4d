// Visitors who go and come back, say things several times, or sit in two places.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { ANSWER, asksModel, asksOn, QUESTION } from '../kit/flows.mjs';
import { POSTGRES, isWithoutGap, scenario, until } from '../kit/stage.mjs';
import { clientOf } from '../kit/visitors.mjs';

/** Asks a model, and hangs up at the first piece of its answer. */
async function gone({ url, flow, provider }) {
  provider.behave = () => 'good';
  const session = await clientOf(url, 1).start({ workflowId: await flow(...asksModel('Goodbye.')) });
  const heard = [];
  for await (const event of session) {
    heard.push(event);
    if (event.type === 'system:waiting_for_input') session.send(QUESTION).catch(() => undefined);
    if (event.type === 'ai:chunk') break;
  }
  session.close();
  return { sessionId: session.id, token: session.token, lastSeq: session.lastSeq, heard };
}

/** Comes back with what is known, and hears the rest. */
async function back({ url, lines, expect }, { sessionId, token, lastSeq, heard = [] }, visitor) {
  const session = await clientOf(url, visitor).resume({ sessionId, token, lastSeq });
  for await (const event of session) heard.push(event);
  expect('every event heard once, in order', isWithoutGap(heard));
  expect('the last of them', heard.at(-1)?.type, 'workflow:finished');
  expect('one answer', (await lines(sessionId)).filter((line) => line === ANSWER).length, 1);
  return `${heard.length} events heard once, in order`;
}

/** A socket that hears one session; `say` says something in it. */
async function tab(url, { id, token }) {
  const socket = io(url, { transports: ['websocket'], forceNew: true });
  const seqs = [];
  socket.onAny((_type, { seq, sessionId } = {}) => sessionId === id && seq !== undefined && seqs.push(seq));
  await once(socket, 'connect');
  const { ok } = await socket.emitWithAck('session:resume', { sessionId: id, token, lastSeq: 0 });
  if (!ok) throw new Error('The session could not be resumed.');
  return {
    seqs,
    say: (message, messageId) => socket.emitWithAck('user:message', { message, messageId }),
    leave: () => socket.disconnect(),
  };
}
async function asked({ url, flow }) {
  const session = await clientOf(url, 1).start({ workflowId: await flow(...asksOn) });
  session.close();
  return { id: session.id, token: session.token };
}
const said = async ({ lines }, id) => (await lines(id)).filter((line) => line.startsWith('user: ')).length;
const isWhole = (seqs) => seqs.every((seq, at) => seq === at + 1);

export const CLIENTS = [
  ...scenario({ name: 'back-after-2-s', title: 'gone in mid-stream, and back after 2 s' }, async (place) => {
    const left = await gone(place);
    await sleep(2_000);
    return back(place, left, 1);
  }),
  ...scenario(
    {
      name: 'back-after-5-min',
      title: 'gone in mid-stream, and back after 5 min: the clock of the server is set ahead',
      preload: ['clock'],
    },
    async (place) => {
      const left = await gone(place);
      place.setClock(5 * 60_000);
      await sleep(1_000);
      return back(place, left, 1);
    },
  ),
  ...scenario(
    { name: 'other-device', title: 'gone in mid-stream, and back on another device, which knows nothing' },
    async (place) => {
      const { sessionId, token } = await gone(place);
      return back(place, { sessionId, token }, 2);
    },
  ),
  ...scenario(
    {
      name: '50-copies',
      title: '50 copies of one user:message over two servers',
      servers: 2,
      inShort: [POSTGRES],
    },
    async ({ servers, expect, events, ...place }) => {
      const session = await asked(place);
      const tabs = await Promise.all(
        Array.from({ length: 50 }, (_, at) => tab(servers[at % 2].url, session)),
      );
      const answers = await Promise.all(tabs.map(({ say }) => say('yes', 'the one')));
      for (const { leave } of tabs) leave();
      expect('acknowledged', answers.filter(({ ok }) => ok).length, 50);
      expect('processed', await said(place, session.id), 1);
      expect('no gap in seq', isWithoutGap(await events(session.id)));
      return '50 acknowledged, 1 processed';
    },
  ),
  ...scenario(
    { name: 'two-tabs', title: 'two tabs that answer one question at the same moment' },
    async ({ expect, events, ...place }) => {
      const session = await asked(place);
      const tabs = await Promise.all([tab(place.url, session), tab(place.url, session)]);
      const answers = await Promise.all(tabs.map(({ say }, at) => say(`from tab ${at}`, `tab-${at}`)));
      const acknowledged = answers.filter(({ ok }) => ok).length;
      expect('of the acknowledged, processed', await said(place, session.id), acknowledged);
      const { length } = await events(session.id);
      for (const { seqs } of tabs) await until('both tabs hear everything', () => seqs.length >= length);
      for (const { seqs, leave } of tabs) {
        expect('heard once, in order', isWhole(seqs));
        leave();
      }
      return `${acknowledged} acknowledged and processed, one after the other; both tabs heard the same`;
    },
  ),
];
