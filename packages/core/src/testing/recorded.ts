import type { LogView, SessionView } from '../contract/index.ts';
import { isMap, type Json, type Variables } from '../language/json.ts';
import type { Message } from '../session/session.ts';
import { ExpectedConversation, pauseOf, type Line, type ModelAnswer } from '../workflow/conversation.ts';

/** What a session left, as its owner may read it: oldest first. */
export interface Left {
  session: SessionView;
  messages: readonly Message[];
  logs: readonly LogView[];
}
export interface Recorded {
  conversation: ExpectedConversation;
  /** What nobody has kept, and has to be written by hand, a sentence each. */
  gaps: string[];
}

/** A conversation that took place as one that must take place so: a test of its workflow. */
export function recorded(name: string, { session, messages, logs }: Left): Recorded {
  const { createdAt: at, status, outcome, reason, inputs = {}, variables = {} } = session;
  const { ai, unknown } = modelAnswers(messages, logs);
  const conversation = ExpectedConversation.parse({
    name,
    at,
    variables: inputs,
    ...(ai.length > 0 && { ai }),
    talk: talkOf(at, messages, worksIn(logs)),
    ...(status === 'finished' && { outcome }),
    learned: learnedIn(variables, inputs),
  });
  const sources = sourcesIn(logs);
  const gaps = [
    ...callsIn(logs).map((call) => `http: write what ${call}, with the whole address, once a time.`),
    ...(unknown
      ? [`ai: ${unknown} of the answers are not in the transcript: write them in place of {}.`]
      : []),
    ...(sources.length
      ? [
          `knowledge: a test knows what the workflow itself carries, and no other item. Found were: ${sources.join(', ')}.`,
        ]
      : []),
    ...(session.channel && messages[0]?.from === 'user'
      ? [
          `talk: it began with a message by ${session.channel.kind}. Where the workflow does not begin with one, take the first line out.`,
        ]
      : []),
    ...(messages.some(({ author }) => author) && session.wait?.for !== 'person'
      ? ['talk: write where the person gave it back, and by which way: { back: out }.']
      : []),
    ...(messages.some(({ file }) => file) ? ['talk: a file was sent, which a test cannot send.'] : []),
    ...(status === 'failed' ? [`It failed, and no test passes that does: ${reason}`] : []),
  ];
  return { conversation, gaps };
}

/** Shorter than this nobody waits. */
const SILENCE_MS = 1_000;

/** What a node did outside: when it was done, and how long it took, in milliseconds. */
interface Worked {
  at: number;
  ms: number;
}

/** The lines, and the time that passes before the workflow says something by itself: not that in which a node was at work. */
function talkOf(startedAt: string, messages: readonly Message[], works: readonly Worked[]): Line[] {
  let before = Date.parse(startedAt);
  return messages.flatMap((message): Line[] => {
    const now = Date.parse(message.at);
    const from = before;
    before = now;
    const said = lineOf(message);
    const worked = works.reduce((sum, { at, ms }) => sum + (at > from && at <= now ? ms : 0), 0);
    const silence = now - from - worked;
    if (!('bot' in said) || silence < SILENCE_MS) return [said];
    return [{ pass: pauseOf(Math.ceil(silence / 1_000) * 1_000) }, said];
  });
}

const worksIn = (logs: readonly LogView[]): Worked[] =>
  logs.flatMap(({ createdAt, data }) => {
    const { ms } = isMap(data['work']) ? data['work'] : data;
    return typeof ms === 'number' ? [{ at: Date.parse(createdAt), ms }] : [];
  });

/** A line of the transcript as a line of a conversation. */
export function lineOf({ from, text, author }: Pick<Message, 'from' | 'text' | 'author'>): Line {
  if (author === 'person') return { person: text };
  return from === 'bot' ? { bot: text } : { user: text };
}

/** What models said: words stand in the transcript, what else they gave does not. */
function modelAnswers(messages: readonly Message[], logs: readonly LogView[]) {
  const said = messages.filter(({ from }) => from === 'bot');
  let unknown = 0;
  const ai = logs.flatMap(({ eventType, nodeId, data }): ModelAnswer[] => {
    if (eventType !== 'ai_response' || !asksModel(data)) return [];
    const { port } = data;
    if (port === 'unavailable' || port === 'budget') return [{ fails: port }];
    // What was taken back is not what it says in its place.
    const at = port === 'not_found' ? -1 : said.findIndex((message) => message.nodeId === nodeId);
    if (at >= 0) return [{ text: said.splice(at, 1)[0]!.text }];
    unknown += 1;
    return [{ json: {} }];
  });
  return { ai, unknown };
}

const asksModel = ({ models }: Variables): boolean => notes(models).some(({ by }) => by !== 'extractive');

/** `GET crm.example.com answered (200), 2 times`, each once. */
function callsIn(logs: readonly LogView[]): string[] {
  const calls = logs
    .flatMap(({ data: { work } }) => (isMap(work) ? notes(work['calls']) : []))
    // Mail is taken in a test.
    .filter(({ method }) => method !== 'SMTP');
  const told = calls.map(({ method, host, status, failed }) =>
    status === undefined
      ? `${said(method)} ${said(host)} did not answer (${said(failed)})`
      : `${said(method)} ${said(host)} answered (${said(status)})`,
  );
  const times = new Map<string, number>();
  for (const call of told) times.set(call, (times.get(call) ?? 0) + 1);
  return [...times].map(([call, count]) => (count === 1 ? call : `${call}, ${count} times`));
}

/** What answers were looked for in, each once. */
const sourcesIn = (logs: readonly LogView[]): string[] => [
  ...new Set(logs.flatMap(({ data }) => notes(data['passages']).map(({ source }) => said(source)))),
];

function learnedIn(variables: Variables, inputs: Variables): Variables {
  const isLearned = ([name, value]: [string, Json]) =>
    name !== 'error' && JSON.stringify(value) !== JSON.stringify(inputs[name]);
  return Object.fromEntries(Object.entries(variables).filter(isLearned));
}

type Note = Record<string, Json>;
const notes = (value: Json | undefined): Note[] => (Array.isArray(value) ? value.filter(isMap) : []);
const said = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value));
