// A server is killed (kill -9) at one exact moment, and started again.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ANSWER, asksModel, asksOn, QUESTION, reaching } from '../kit/flows.mjs';
import { pdfOf } from '../kit/pdf.mjs';
import { EMBEDDED, isWithoutGap, POSTGRES, scenario, until } from '../kit/stage.mjs';

const BOTH = [POSTGRES, EMBEDDED];
const once1 = { retries: 0, timeoutMs: 20_000 };
const said = (lines) => lines.filter((line) => line.startsWith('user: ')).length;

async function asking({ owner, flow }) {
  const { id } = (await owner.sessions.start({ workflowId: await flow(...asksOn) })).session;
  const send = (options) => owner.sessions.send({ id, message: 'yes', messageId: 'the first' }, options);
  return { id, send };
}

/** Kills the server while one commit is held, and gives how many lines the visitor has said then. */
async function killedAtCommit({ server, proxy, lines, ...place }, when) {
  const { id, send } = await asking(place);
  const held = proxy.hold(when);
  const first = send(once1).then(
    () => 'answered',
    () => 'not answered',
  );
  await held;
  await server.kill();
  const answer = await first;
  await server.begin();
  const stored = said(await lines(id));
  await send();
  return { answer, stored, afterwards: said(await lines(id)) };
}

/** A row for one moment of a commit, with how much of it is stored then. */
function atCommit({ name, title, when, stored: expected, observed }) {
  return scenario({ name, title, isProxied: true, inShort: [POSTGRES] }, async ({ expect, ...place }) => {
    const { answer, stored, afterwards } = await killedAtCommit(place, when);
    expect('acknowledged', answer, 'not answered');
    expect('stored of it', stored, expected);
    expect('said again with its id, stored', afterwards, 1);
    return observed;
  });
}

/** Starts a session and asks its model, without waiting for the answer. */
async function askModel({ owner, flow }) {
  const { id } = (await owner.sessions.start({ workflowId: await flow(...asksModel('Goodbye.')) })).session;
  owner.sessions.send({ id, message: QUESTION, messageId: 'the first' }, once1).catch(() => undefined);
  return id;
}
const finished = ({ owner }, id) =>
  until(
    'the session comes to its end',
    async () => (await owner.sessions.get({ id })).status === 'finished',
    90_000,
  );

async function goesOn({ server, expect, lines, events, ...place }, id) {
  const from = performance.now();
  await server.begin();
  await finished(place, id);
  const seconds = Math.round((performance.now() - from) / 1_000);
  const all = await events(id);
  expect('one answer in the transcript', (await lines(id)).slice(-2), [ANSWER, 'bot: Goodbye.']);
  expect('no gap in seq', isWithoutGap(all));
  return { seconds, attempts: all.filter(({ type }) => type === 'ai:processing_start').length };
}

export const KILLS = [
  ...atCommit({
    name: 'before-commit',
    title: 'killed when the commit has not reached the database',
    when: 'before',
    stored: 0,
    observed: 'not acknowledged and not stored; said again with its id it was stored once',
  }),
  ...atCommit({
    name: 'before-acknowledgement',
    title: 'killed between commit and acknowledgement',
    when: 'after',
    stored: 1,
    observed:
      'stored though not acknowledged; said again with its id it was acknowledged and not processed again',
  }),
  ...scenario(
    {
      name: 'start-before-answer',
      title: 'killed between the commit of a new session and the answer to who began it',
      isProxied: true,
      inShort: [POSTGRES],
    },
    async ({ server, proxy, owner, flow, expect }) => {
      const workflowId = await flow(...asksOn);
      const begin = (options) =>
        owner.sessions.start({ workflowId }, { ...options, idempotencyKey: 'the-first' });
      const held = proxy.hold('after');
      const first = begin(once1).then(
        () => 'answered',
        () => 'not answered',
      );
      await held;
      await server.kill();
      expect('the first time', await first, 'not answered');
      await server.begin();
      const { session, events } = await begin();
      const { items } = await owner.sessions.list({ workflowId });
      expect(
        'sessions',
        items.map(({ id }) => id),
        [session.id],
      );
      expect('no gap in seq', isWithoutGap(events));
      return 'not answered; begun again under its key it was the one session that was stored';
    },
  ),
  ...scenario(
    {
      name: 'after-acknowledgement',
      title: 'killed right after the acknowledgement',
      on: BOTH,
    },
    async ({ server, expect, lines, ...place }) => {
      const { id, send } = await asking(place);
      await send(once1);
      await server.kill();
      const from = performance.now();
      await server.begin();
      expect('stored', said(await lines(id)), 1);
      await send();
      expect('stored after it was said again', said(await lines(id)), 1);
      return `nothing lost; served again after ${((performance.now() - from) / 1_000).toFixed(1)} s`;
    },
  ),
  ...scenario(
    { name: 'in-stream', title: 'killed in the middle of an AI stream', on: BOTH, inShort: [EMBEDDED] },
    async ({ expect, ...place }) => {
      const { provider, server, events } = place;
      provider.behave = () => 'stall';
      const id = await askModel(place);
      await until('a piece of the answer is stored', async () =>
        (await events(id)).some(({ type }) => type === 'ai:chunk'),
      );
      await server.kill();
      provider.behave = () => 'good';
      const { seconds, attempts } = await goesOn({ ...place, expect }, id);
      expect('attempts told', attempts, 2);
      return `asked again as attempt 2, the answer is there once; ${seconds} s after the start`;
    },
  ),
  ...scenario(
    {
      name: 'after-provider',
      title: 'killed after the provider answered, before that was stored',
      on: BOTH,
      isProxied: true,
    },
    async ({ expect, ...place }) => {
      const { provider, server, proxy } = place;
      const [asked, answered] = ['asked', 'answered'].map((news) => once(provider.news, news));
      const id = await askModel(place);
      await asked;
      // Nothing of the answer is stored yet, and nothing will be. In a folder there is no line to hold a commit on: there it
      // is killed as soon as the last byte is out.
      const held = proxy?.hold('before');
      await answered;
      await held;
      await server.kill();
      const { seconds } = await goesOn({ ...place, expect }, id);
      return `the provider was asked ${provider.asked} times, the answer is there once; ${seconds} s after the start`;
    },
  ),
  ...scenario(
    { name: 'in-http', title: 'killed during an HTTP call', on: BOTH },
    async ({ expect, ...place }) => {
      const { owner, flow, receiver, server, lines } = place;
      const data = { kind: 'http', method: 'POST', url: `http://${receiver.host}/`, json: {} };
      const { id } = (
        await owner.sessions.start({ workflowId: await flow(...reaching(data, ['out', 'error'])) })
      ).session;
      receiver.behave = () => sleep(3_000);
      const called = once(receiver.news, 'call');
      owner.sessions.send({ id, message: 'yes' }, once1).catch(() => undefined);
      await called;
      await server.kill();
      await server.begin();
      receiver.behave = async () => undefined;
      await finished(place, id);
      const times = [...receiver.calls.values()];
      expect('keys', times.length, 1);
      expect('the end', (await lines(id)).at(-1), 'bot: It went by out.');
      return `called ${times[0]} times with one idempotency key`;
    },
  ),
  ...scenario(
    { name: 'in-sms', title: 'killed during a text message', on: BOTH, inShort: [EMBEDDED] },
    async ({ expect, ...place }) => {
      const { owner, flow, twilio, server, lines } = place;
      const key = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'the-token-of-the-chaos' };
      await owner.keys.set({ service: 'twilio', key });
      const data = { kind: 'twilio_message', to: '+4915123456789', from: '+4930901820', text: 'Hello.' };
      const graph = reaching(data, ['out', 'refused', 'unavailable', 'unknown', 'error']);
      const { id } = (await owner.sessions.start({ workflowId: await flow(...graph) })).session;
      twilio.behave = () => sleep(3_000);
      const sent = once(twilio.news, 'sent');
      owner.sessions.send({ id, message: 'yes' }, once1).catch(() => undefined);
      await sent;
      await server.kill();
      await server.begin();
      await finished(place, id);
      expect('sent', [...twilio.sent.values()], [1]);
      expect('the end', (await lines(id)).at(-1), 'bot: It went by unknown.');
      return 'sent once; the session says that nobody knows (port unknown)';
    },
  ),
  ...scenario(
    { name: 'in-pdf', title: 'killed while a PDF is read', on: BOTH },
    async ({ expect, owner, server }) => {
      const bytes = pdfOf(
        Array.from({ length: 400 }, (_, page) => `Page ${page} says that opening hours are nine to five.`),
      );
      const file = { name: 'book.pdf', mimeType: 'application/pdf', bytes };
      const { id } = await owner.knowledge.pdf({ file, wait: 0 });
      const { state } = await owner.knowledge.get({ id });
      await server.kill();
      const from = performance.now();
      await server.begin();
      const item = await until(
        'the PDF is read',
        async () => {
          const found = await owner.knowledge.get({ id });
          return found.state !== 'processing' && found;
        },
        120_000,
      );
      expect('its state in the end', item.state, 'ready');
      const { items } = await owner.knowledge.search({ q: 'Page 399 opening hours' });
      expect(
        'the last page is found',
        items.some(({ text }) => text.includes('Page 399')),
      );
      return `it was ${state} when the server was killed, and ready ${Math.round((performance.now() - from) / 1_000)} s after the start`;
    },
  ),
];
