import { z } from 'zod';
import { CrmflowError } from '../errors.ts';
import type { Http, HttpRequest } from '../ports.ts';
import { VariablesSchema } from '../session/session.ts';
import type { FileContent } from '../workflow/file.ts';
import { testWorld } from './world.ts';

const Line = z.union([z.strictObject({ bot: z.string() }), z.strictObject({ user: z.string() })]);
const Exchange = z.strictObject({
  method: z.string().default('GET'),
  url: z.string(),
  status: z.int().default(200),
  json: z.json().optional(),
});

/** A conversation a workflow must produce: what is said, what the outside answers, how it ends. */
export const ExpectedConversation = z.strictObject({
  name: z.string(),
  /** When it takes place, ISO 8601. */
  at: z.iso.datetime().default('2026-01-05T09:00:00.000Z'),
  /** Inputs it is started with. */
  variables: VariablesSchema.default({}),
  /** What the outside answers; anything else is out of reach. */
  http: z.array(Exchange).default([]),
  talk: z.array(Line).min(1),
  outcome: z.string().nullable().optional(),
  /** Variables it must have learned. */
  learned: VariablesSchema.default({}),
});
export const ConversationFile = z.array(ExpectedConversation);
export type ExpectedConversation = z.infer<typeof ExpectedConversation>;

export interface Replayed {
  talk: z.infer<typeof Line>[];
  status: string;
  outcome: string | null;
  reason: string | null;
  learned: Record<string, unknown>;
}

/** Plays the visitor's side of a conversation against a workflow, in memory, with no network and a clock that stands. */
export async function replay(
  workflow: FileContent,
  { at, variables, http, talk }: ExpectedConversation,
  subflows: readonly (FileContent & { id: string })[] = [],
): Promise<Replayed> {
  const shipped = [{ ...workflow, id: 'workflow' }, ...subflows];
  const { app, owner, told } = testWorld({ shipped, startsAt: at, http: scripted(http) });
  const api = app.as(owner);
  for (const key of shipped.flatMap(keysOf)) await api.keys.set(key);
  const { session } = await api.sessions.start({ workflowId: 'workflow', variables });
  const { id } = session;
  for (const line of talk) {
    if (!('user' in line)) continue;
    const { status } = await api.sessions.get({ id });
    if (status !== 'waiting') break;
    await api.sessions.send({ id, message: line.user });
  }
  const { status, outcome, reason, variables: learned = {} } = await api.sessions.get({ id });
  return {
    talk: told.flatMap(({ event }) => {
      if (event.type !== 'session:message') return [];
      const { from, text } = event.message;
      return [from === 'bot' ? { bot: text } : { user: text }];
    }),
    status,
    outcome,
    reason,
    learned,
  };
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
  const show = (line: z.infer<typeof Line> | undefined) =>
    line === undefined ? 'nothing' : 'bot' in line ? `bot: ${line.bot}` : `user: ${line.user}`;
  const length = Math.max(expected.talk.length, got.talk.length);
  for (let at = 0; at < length && !found.length; at++) {
    const [wanted, came] = [show(expected.talk[at]), show(got.talk[at])];
    if (wanted !== came) found.push(`line ${at + 1}: expected ${wanted}`, `line ${at + 1}: came     ${came}`);
  }
  if (got.reason !== null) found.push(`it failed: ${got.reason}`);
  if (expected.outcome !== undefined && expected.outcome !== got.outcome)
    found.push(`outcome: expected ${expected.outcome}, came ${got.outcome}`);
  for (const [name, value] of Object.entries(expected.learned)) {
    const [wanted, came] = [JSON.stringify(value), JSON.stringify(got.learned[name])];
    if (wanted !== came) found.push(`${name}: expected ${wanted}, came ${came}`);
  }
  return found;
}

function scripted(exchanges: z.infer<typeof Exchange>[]): Http {
  const left = [...exchanges];
  const send = async ({ method, url }: HttpRequest) => {
    const at = left.findIndex((each) => each.method === method && each.url === url);
    const [found] = at < 0 ? [] : left.splice(at, 1);
    if (!found) throw new CrmflowError('unavailable', `The conversation has no answer for ${method} ${url}.`);
    const body = new TextEncoder().encode(found.json === undefined ? '' : JSON.stringify(found.json));
    return { status: found.status, headers: { 'content-type': 'application/json' }, body, url };
  };
  return {
    send,
    async stream(request) {
      const { body, ...rest } = await send(request);
      return {
        ...rest,
        body: (async function* () {
          yield body;
        })(),
      };
    },
  };
}
