// What happens to servers and to the machine they run on.
import { setTimeout as sleep } from 'node:timers/promises';
import { startBalancer } from '../kit/balancer.mjs';
import { ANSWER, asksModel, asksOn, QUESTION, waits } from '../kit/flows.mjs';
import { EMBEDDED, isWithoutGap, POSTGRES, scenario, until } from '../kit/stage.mjs';
import { clientOf } from '../kit/visitors.mjs';

const BOTH = [POSTGRES, EMBEDDED];
const DAY_MS = 86_400_000;
const statusOf = async ({ owner }, id) => (await owner.sessions.get({ id })).status;
const finished = (place, id, mostMs) =>
  until('the session comes to its end', async () => (await statusOf(place, id)) === 'finished', mostMs);

/** Starts as many sessions. */
async function startMany({ owner, flow }, sessions) {
  const workflowId = await flow(...asksOn);
  const started = await Promise.all(
    Array.from({ length: sessions }, () => owner.sessions.start({ workflowId })),
  );
  return started.map(({ session: { id } }) => id);
}
/** Says one thing after the other, until it is refused; gives how much was acknowledged. */
async function talkUntilRefused({ owner }, id) {
  for (let acknowledged = 0; ; acknowledged++)
    try {
      await owner.sessions.send({ id, message: `${acknowledged}` }, { retries: 0 });
    } catch {
      return { id, acknowledged };
    }
}
async function compare({ lines, expect }, talked) {
  for (const { id, acknowledged } of talked) {
    const stored = (await lines(id)).filter((line) => line.startsWith('user: ')).length;
    // What was cut off before its acknowledgement may be stored or not.
    expect(`${acknowledged} acknowledged, lost of them`, Math.max(0, acknowledged - stored), 0);
    expect('processed twice', Math.max(0, stored - acknowledged - 1), 0);
  }
  return talked.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
}

export const SERVERS = [
  ...scenario(
    { name: 'owner-killed', title: 'two servers, and the one that works on a session is killed', servers: 2 },
    async (place) => {
      const { servers, flow, provider, events, lines, expect } = place;
      const balancer = await startBalancer(servers);
      provider.behave = () => 'stall';
      // The balancer gives the first line to the first server, and the next to the other.
      const session = await clientOf(balancer.url, 1).start({
        workflowId: await flow(...asksModel('Goodbye.')),
      });
      const other = clientOf(servers[0].url, 2, { sessionTokens: { [session.id]: session.token } });
      other.sessions.send({ id: session.id, message: QUESTION }, { retries: 0 }).catch(() => undefined);
      await until('a piece of the answer', async () =>
        (await events(session.id)).some(({ type }) => type === 'ai:chunk'),
      );
      const from = performance.now();
      await servers[0].kill();
      provider.behave = () => 'good';
      const heard = [];
      for await (const event of session) heard.push(event);
      balancer.close();
      await servers[0].begin();
      expect('heard once, in order', isWithoutGap(heard));
      expect('one answer', (await lines(session.id)).at(-2), ANSWER);
      return `the other took it over when its lease ended; the visitor heard the end ${Math.round((performance.now() - from) / 1_000)} s after the kill`;
    },
  ),
  ...scenario(
    {
      name: 'clock',
      title: 'the clock a day forward, and two days back',
      on: BOTH,
      preload: ['clock'],
    },
    async (place) => {
      const { owner, flow, events, setClock, expect } = place;
      const hour = (await owner.sessions.start({ workflowId: await flow(...waits({ hours: 1 })) })).session
        .id;
      const talk = (await owner.sessions.start({ workflowId: await flow(...asksOn) })).session.id;
      const say = (message) => owner.sessions.send({ id: talk, message });
      await say('before');
      setClock(DAY_MS);
      await finished(place, hour);
      await say('a day ahead');
      setClock(-DAY_MS);
      await sleep(300);
      await say('a day behind');
      const moment = (await owner.sessions.start({ workflowId: await flow(...waits({ seconds: 1 })) }))
        .session.id;
      await finished(place, moment);
      setClock(0);
      await sleep(300);
      await say('as before');
      const all = await events(talk);
      expect('no gap in seq', isWithoutGap(all));
      expect('said', all.filter(({ message }) => message?.from === 'user').length, 4);
      return 'a wait of an hour ended at once when the clock went ahead; conversations and new waits went on in both directions';
    },
  ),
  ...scenario(
    { name: 'sigterm', title: 'SIGTERM while 40 sessions talk', on: BOTH, inShort: [POSTGRES] },
    async (place) => {
      const { server, expect } = place;
      const ids = await startMany(place, 40);
      const talking = Promise.all(ids.map((id) => talkUntilRefused(place, id)));
      await sleep(2_000);
      const from = performance.now();
      server.signal('SIGTERM');
      const { code } = await server.ended;
      const seconds = ((performance.now() - from) / 1_000).toFixed(1);
      const talked = await talking;
      await server.begin();
      expect('exit code', code, 0);
      return `ended with 0 after ${seconds} s; ${await compare(place, talked)} acknowledged, none lost`;
    },
  ),
  ...scenario(
    { name: 'second-sigterm', title: 'a second SIGTERM while it waits for what is at work', on: BOTH },
    async (place) => {
      const { server, flow, owner, provider, lines, events, expect } = place;
      provider.behave = () => 'stall';
      const { id } = (await owner.sessions.start({ workflowId: await flow(...asksModel('Goodbye.')) }))
        .session;
      owner.sessions.send({ id, message: QUESTION }, { retries: 0 }).catch(() => undefined);
      await until('a piece of the answer', async () =>
        (await events(id)).some(({ type }) => type === 'ai:chunk'),
      );
      server.signal('SIGTERM');
      await sleep(1_000);
      const from = performance.now();
      server.signal('SIGTERM');
      const { code } = await server.ended;
      const ms = Math.round(performance.now() - from);
      provider.behave = () => 'good';
      await server.begin();
      await finished(place, id, 90_000);
      expect('exit code', code, 143);
      expect('one answer', (await lines(id)).at(-2), ANSWER);
      return `ended with 143 after ${ms} ms; what was at work was done after the next start`;
    },
  ),
];
