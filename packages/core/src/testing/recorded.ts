import type { LogView, SessionView } from '../contract/index.ts';
import type { Json, Variables } from '../language/json.ts';
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
  const { createdAt: at, status, outcome, inputs = {}, variables = {} } = session;
  const { ai, unknown } = modelAnswers(messages, logs);
  const conversation = ExpectedConversation.parse({
    name,
    at,
    variables: inputs,
    ...(ai.length > 0 && { ai }),
    talk: talkOf(messages),
    ...(status === 'finished' && { outcome }),
    learned: learnedIn(variables, inputs),
  });
  const files = messages.filter(({ file }) => file).length;
  const gaps = [
    ...callsIn(logs).map((call) => `http: write what ${call}, with the whole address.`),
    ...(unknown ? [`ai: ${unknown} of the answers are values: write them in place of {}.`] : []),
    ...(files ? [`talk: ${files} files were sent, which a test cannot send.`] : []),
  ];
  return { conversation, gaps };
}

/** Shorter than this, what the workflow says by itself belongs to the answer before. */
const SILENCE_MS = 60_000;

function talkOf(messages: readonly Message[]): Line[] {
  let before: number | undefined;
  return messages.flatMap((message): Line[] => {
    const now = Date.parse(message.at);
    const silence = now - (before ?? now);
    before = now;
    const said = lineOf(message);
    if (!('bot' in said) || silence < SILENCE_MS) return [said];
    return [{ pass: pauseOf(Math.ceil(silence / 1_000) * 1_000) }, said];
  });
}

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
    const at = said.findIndex((message) => message.nodeId === nodeId);
    if (at >= 0) return [{ text: said.splice(at, 1)[0]!.text }];
    unknown += 1;
    return [{ json: {} }];
  });
  return { ai, unknown };
}

const asksModel = ({ models }: Variables): boolean => notes(models).some(({ by }) => by !== 'extractive');

/** `GET crm.example.com answered (200)`, each once. */
function callsIn(logs: readonly LogView[]): string[] {
  const calls = logs
    .flatMap(({ data: { work } }) => (isNote(work) ? notes(work['calls']) : []))
    // Mail is taken in a test.
    .filter(({ method }) => method !== 'SMTP');
  const told = calls.map(({ method, host, status, failed }) =>
    status === undefined
      ? `${said(method)} ${said(host)} did not answer (${said(failed)})`
      : `${said(method)} ${said(host)} answered (${said(status)})`,
  );
  return [...new Set(told)];
}

function learnedIn(variables: Variables, inputs: Variables): Variables {
  const isLearned = ([name, value]: [string, Json]) =>
    name !== 'error' && JSON.stringify(value) !== JSON.stringify(inputs[name]);
  return Object.fromEntries(Object.entries(variables).filter(isLearned));
}

type Note = Record<string, Json>;
const isNote = (value: Json | undefined): value is Note =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const notes = (value: Json | undefined): Note[] => (Array.isArray(value) ? value.filter(isNote) : []);
const said = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value));
