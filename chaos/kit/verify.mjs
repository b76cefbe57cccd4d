import { openApp } from '@crmflow/core/open';
import { SECRETS } from './server.mjs';
import { phoneOf, withoutPhone } from './workflows.mjs';

/** The lines of a session, as anybody's. */
const linesOf = (messages, visitor) =>
  messages.map(({ from, text }) => `${from}: ${withoutPhone(text, visitor)}`);

/**
 * What was broken in one session, as `[kind, what]`.
 * @param {{ told: import('./visitors.mjs').Told, lines: string[], events: { seq: number, type: string }[], status: string,
 *   answers: readonly string[], expected: readonly Set<string>[] }} found `answers` and `lines` without what differs by visitor
 */
function breachesIn({ told, lines, events, status, answers, expected }) {
  const breaches = [];
  const said = lines.filter((line) => line.startsWith('user: ')).map((line) => line.slice('user: '.length));
  if (said.length < told.acknowledged)
    breaches.push(['lost', `${told.acknowledged} acknowledged, ${said.length} stored`]);
  const odd = said.findIndex((text, at) => text !== answers[at]);
  if (odd >= 0) breaches.push(['twice', `answer ${odd} is ${said[odd]}`]);
  if (events.some(({ seq }, at) => seq !== at + 1)) breaches.push(['gap', 'among the stored events']);
  if (told.heard.some(({ seq }, at) => seq !== at + 1)) breaches.push(['gap', 'among what was heard']);
  const other = told.heard.findIndex(({ seq, type }) => events[seq - 1]?.type !== type);
  if (other >= 0) breaches.push(['gap', `heard ${told.heard[other].type}, stored ${events[other]?.type}`]);
  if (status !== 'finished')
    breaches.push([
      'stuck',
      `it is ${status}; heard ${told.heard.length} of ${events.length} events, acknowledged ${told.acknowledged}`,
    ]);
  for (const fault of told.faults) breaches.push([fault.startsWith('heard') ? 'gap' : 'stuck', fault]);
  const strange = lines.findIndex((line, at) => !expected[at]?.has(line));
  if (strange >= 0) breaches.push(['other', `line ${strange}: ${lines[strange]}`]);
  else if (status === 'finished' && lines.length !== expected.length)
    breaches.push(['other', 'it is shorter']);
  return breaches;
}

/** The lines of each script with nobody in the way, when all goes well outside and when nothing does. */
export async function undisturbed({ scripts, talk, databaseUrl, provider, twilio }) {
  const reader = await openReader(databaseUrl);
  const outcomes = new Map();
  for (const isWell of [true, false]) {
    provider.behave = () => (isWell ? 'good' : '401');
    twilio.isFailing = !isWell;
    for (const [at, script] of scripts.entries()) {
      const visitor = 1_000_000 + at + (isWell ? 0 : scripts.length);
      const told = await talk(visitor, script);
      if (told.faults.length) throw new Error(`${script.name} does not reach its end: ${told.faults}`);
      const lines = linesOf((await reader.read(told)).messages, visitor);
      const known = outcomes.get(script.name) ?? lines.map(() => new Set());
      lines.forEach((line, index) => known[index].add(line));
      outcomes.set(script.name, known);
    }
  }
  await reader.close();
  twilio.isFailing = false;
  return outcomes;
}

/** What was broken, as `[kind, session and what]`. */
export async function verify({ records, expected, databaseUrl, receiver, twilio }) {
  const reader = await openReader(databaseUrl);
  const breaches = [];
  for (const { visitor, script, told } of records) {
    const tell = (found) =>
      breaches.push(...found.map(([kind, what]) => [kind, `${script.name} ${visitor} ${told.id}: ${what}`]));
    if (!told.id) {
      tell(told.faults.map((fault) => ['stuck', fault]));
      continue;
    }
    const { messages, events, status } = await reader.read(told);
    const lines = linesOf(messages, visitor);
    tell(
      breachesIn({
        told,
        lines,
        events,
        status,
        answers: script.answers,
        expected: expected.get(script.name),
      }),
    );
    if (script.name !== 'order') continue;
    const keys = [...receiver.calls.keys()].filter((key) => key.startsWith(`${told.id}:`));
    if (keys.length !== 1) tell([['outside', `called with ${keys.length} keys`]]);
    const written = twilio.sent.get(phoneOf(visitor)) ?? 0;
    const saysSo = lines.includes('bot: We have written to you.');
    if (written > 1 || (saysSo && !written)) tell([['people', `written to ${written} times`]]);
  }
  await reader.close();
  return breaches;
}

/** Reads sessions as those who started them may, whichever server is up. */
async function openReader(databaseUrl) {
  const { app, close } = await openApp({
    databaseUrl,
    jwtSecret: SECRETS.JWT_SECRET,
    encryptionKey: SECRETS.ENCRYPTION_KEY,
  });
  return {
    async read({ id, token }) {
      const { sessions } = app.as(await app.authenticate(token));
      const [{ status }, { items: messages }, { items: events }] = await Promise.all([
        sessions.get({ id }),
        sessions.messages({ id }),
        sessions.events({ id, limit: 1_000 }),
      ]);
      return { status, messages, events };
    },
    close,
  };
}
