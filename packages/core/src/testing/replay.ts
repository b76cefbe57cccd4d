import { scriptedHttp, scriptedModel, knownKeys, takingMail } from '../drafting/script.ts';
import type { App } from '../app.ts';
import { CrmflowError } from '../errors.ts';
import type { SessionView } from '../contract/index.ts';
import type { Json } from '../language/json.ts';
import { lengthOf, type ExpectedConversation, type Line } from '../workflow/conversation.ts';
import type { FileContent } from '../workflow/file.ts';
import { lineOf } from './recorded.ts';
import { testWorld } from './world.ts';

export interface Replayed {
  talk: Line[];
  /** Why a line could not be said where the conversation has it. */
  refused: string | null;
  status: string;
  outcome: string | null;
  reason: string | null;
  /** Of the exchanges that the conversation names, those that nobody asked for. */
  unasked: string[];
  /** What was sent to others in the place of what the conversation names. */
  missent: readonly string[];
  learned: Record<string, unknown>;
}

/**
 * Plays the visitor's side of a conversation against a workflow, in memory, with no network and a clock that moves where
 * the conversation says so.
 */
export async function replay(
  workflow: FileContent,
  { at, variables, contact, http, ai, talk }: ExpectedConversation,
  subflows: readonly (FileContent & { id: string })[] = [],
): Promise<Replayed> {
  const shipped = [{ ...workflow, id: 'workflow' }, ...subflows];
  const outside = scriptedHttp(http);
  const { app, owner, told, pass } = testWorld({
    shipped,
    startsAt: at,
    http: outside,
    mail: takingMail,
    ...(ai && { ai: scriptedModel(ai) }),
  });
  const came: Line[] = [];
  const hear = () => {
    for (const { event } of told.splice(0))
      if (event.type === 'session:message') came.push(lineOf(event.message));
  };
  const api = app.as(owner);
  for (const key of shipped.flatMap(keysOf)) await api.keys.set(key);
  for (const [service, key] of Object.entries(knownKeys)) await api.keys.set({ service, key });
  const contactId = contact && (await api.contacts.create(contact)).id;
  const { session } = await api.sessions.start({ workflowId: 'workflow', variables, contactId });
  const { id } = session;
  hear();
  async function take(line: Exclude<Line, { bot: string }>): Promise<void> {
    if ('user' in line) await api.sessions.send({ id, message: line.user });
    else if ('person' in line) await api.sessions.reply({ id, message: line.person });
    else {
      came.push(line);
      if ('pass' in line) await pass(lengthOf(line.pass) / 1000);
      else if ('call' in line) await call(app, await api.sessions.get({ id }), line.call);
      else await api.sessions.handBack({ id, port: line.back });
    }
    hear();
  }
  let refused: string | null = null;
  for (const [index, line] of talk.entries()) {
    if ('bot' in line) continue;
    const { status } = await api.sessions.get({ id });
    if (status !== 'waiting') break;
    refused = await take(line).then(() => null, refusal);
    if (refused === null) continue;
    refused = `line ${index + 1}: ${show(line)}: ${refused}`;
    break;
  }
  const { status, outcome, reason, variables: learned = {} } = await api.sessions.get({ id });
  const unasked = outside.left.map(({ method, url }) => `${method} ${url}`);
  return { talk: came, refused, status, outcome, reason, unasked, missent: outside.missent, learned };
}

/** What is said where nobody waits for it is a conversation that went another way, not a test that broke. */
function refusal(cause: unknown): string {
  if (cause instanceof CrmflowError && cause.code === 'conflict') return cause.message;
  throw cause;
}

/** Sends to the address that the session waits at, which is among what it has learned. */
async function call(app: App, { id, wait, variables = {} }: SessionView, body: Json): Promise<void> {
  const beginning = wait?.for === 'webhook' ? `/api/hooks/wait/${id}.${wait.hook}.` : undefined;
  const url = Object.values(variables).find(
    (value) => beginning !== undefined && typeof value === 'string' && value.includes(beginning),
  );
  if (typeof url !== 'string') return;
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const token = url.slice(url.lastIndexOf('/') + 1);
  await app.callbacks.call(token, { body: bytes, contentType: 'application/json', query: {} });
  await app.rest();
}

/** A key for each that is named, so that nobody needs one to test a conversation. */
const keysOf = ({ nodes }: FileContent) =>
  nodes.flatMap(({ type, data: { key: service, url } }) => {
    const isKeyed = type === 'integration' && typeof service === 'string' && typeof url === 'string';
    const host = isKeyed ? /^https?:\/\/([^/?#{]+)/i.exec(url)?.[1] : undefined;
    return isKeyed && host !== undefined ? [{ service, key: 'the key of a test', host }] : [];
  });

/** How a replayed conversation differs from the expected one, in words; empty when it does not. */
export function differences(expected: ExpectedConversation, got: Replayed): string[] {
  const found: string[] = [];
  if (got.refused !== null) found.push(got.refused);
  const length = Math.max(expected.talk.length, got.talk.length);
  for (let at = 0; at < length && !found.length; at++) {
    const [wanted, came] = [show(expected.talk[at]), show(got.talk[at])];
    if (wanted !== came) found.push(`line ${at + 1}: expected ${wanted}`, `line ${at + 1}: came     ${came}`);
  }
  if (got.reason !== null) found.push(`it failed: ${got.reason}`);
  for (const sent of got.missent) found.push(`http: ${sent}`);
  for (const request of got.unasked) found.push(`http: nobody asked for ${request}`);
  if (expected.outcome !== undefined && expected.outcome !== got.outcome)
    found.push(`outcome: expected ${expected.outcome}, came ${got.outcome}`);
  for (const [name, value] of Object.entries(expected.learned)) {
    const [wanted, came] = [JSON.stringify(value), JSON.stringify(got.learned[name])];
    if (wanted !== came) found.push(`${name}: expected ${wanted}, came ${came}`);
  }
  return found;
}

function show(line: Line | undefined): string {
  if (!line) return 'nothing';
  const [[who, what] = []] = Object.entries(line) as [string, unknown][];
  return `${who}: ${typeof what === 'string' ? what : JSON.stringify(what)}`;
}
