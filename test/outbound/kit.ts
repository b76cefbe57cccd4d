import { fromFile } from '@crmflow/core';
import { testWorld, type TestWorld } from '@crmflow/core/testing';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { text as read } from 'node:stream/consumers';
import { vi, expect } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { createSealer } from '../../packages/core/src/adapters/sealer.ts';
import type { Http } from '../../packages/core/src/ports.ts';
import type { Store } from '../../packages/core/src/store.ts';
import { doorTo, serve, type Neighbour } from '../http/support.ts';

export type World = Parameters<typeof testWorld>[0];

export const SID = 'AC00000000000000000000000000000000';
export const TOKEN = 'the-token-of-a-test-0123456789';
const API = 'https://api.twilio.com';

/** How Twilio answers: `status` and its JSON, or as the test likes. */
export type Answer =
  | { status: number; json?: object; headers?: Record<string, string> }
  | ((request: IncomingMessage, response: ServerResponse) => void);

/**
 * Twilio's REST API on loopback, as www.twilio.com/docs describes messages and calls: a form goes in under basic
 * authentication, JSON comes out. The answers are given in turn, the last one from then on.
 */
export async function twilio(...answers: Answer[]) {
  const heard: { path: string; authorization: string; form: Record<string, string | string[]> }[] = [];
  const server = await serve(async (request, response) => {
    const form = new URLSearchParams(await read(request));
    const names = [...new Set(form.keys())];
    heard.push({
      path: request.url!,
      authorization: request.headers.authorization ?? '',
      form: Object.fromEntries(
        names.map((name) => [name, name === 'MediaUrl' ? form.getAll(name) : form.get(name)!]),
      ),
    });
    const answer = answers[Math.min(heard.length, answers.length) - 1] ?? CREATED;
    if (typeof answer === 'function') return answer(request, response);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.json ?? {}));
  });
  return { heard, http: twilioAt(server) };
}

/** The door, behind which Twilio is this server. */
export const twilioAt = (server: Neighbour): Http => standingFor(server, API);

/** The door, behind which a server on loopback stands where an origin would. */
export function standingFor(server: Neighbour, origin: string): Http {
  const door = doorTo(server);
  const there = (url: string) => url.replace(origin, server.url);
  return {
    send: ({ url, onlyOrigin, ...request }) =>
      door.send({ ...request, url: there(url), onlyOrigin: there(onlyOrigin!) }),
    stream: (request) => door.stream(request),
  };
}

/** A server that nobody listens at. */
export async function nobody(): Promise<Neighbour> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const host = `127.0.0.1:${port}`;
  return { port, host, url: `http://${host}`, connections: () => 0 };
}
const CREATED: Answer = { status: 201, json: { sid: 'SM1', status: 'queued', body: 'x', error_code: null } };

/** Twilio's own way to refuse. */
export const refusing = (status: number, code: number, headers: Record<string, string> = {}) => ({
  status,
  headers,
  json: { code, message: 'Its own sentence, with +4915123456789.', more_info: 'https://…', status },
});

/** A node that sends, with a line for each way out of it. */
export const sketch = (
  data: object,
  settings: object = {},
  faults = ['refused', 'unavailable', 'unknown'],
) => ({
  name: 'sends',
  settings,
  nodes: [
    { id: 'start', type: 'trigger', data: { inputs: [{ name: 'x', type: 'text' }] } },
    { id: 'send', type: 'integration', data },
    { id: 'sent', type: 'speak', data: { text: 'sent' } },
    ...[...faults, 'error'].map((port) => ({
      id: port,
      type: 'speak',
      data: { text: `${port} {{ error.reason }}: {{ error.message }}` },
    })),
  ],
  edges: ['start -> send', 'send -> sent', ...[...faults, 'error'].map((port) => `send.${port} -> ${port}`)],
});

type Api = ReturnType<TestWorld['app']['as']>;
/** Stores keys that need no host. */
export const keeping = (keys: Record<string, Record<string, string>>) => async (api: Api) => {
  for (const [service, key] of Object.entries(keys)) await api.keys.set({ service, key });
};
/** Keys as an earlier release has stored them, which took whatever it was given. */
export const keptBefore =
  (keys: Record<string, Record<string, string>>) =>
  async (_api: Api, store: Store): Promise<void> => {
    const sealer = createSealer('the key of a test, which is no secret either');
    for (const [service, parts] of Object.entries(keys))
      await store.keys.put({
        ...{ id: service, userId: 'owner', service, lastFour: '', host: null },
        encryptedKey: sealer.seal(JSON.stringify(parts), `key:owner:${service}`),
        ...{ createdAt: '2026-01-05T09:00:00.000Z', updatedAt: '2026-01-05T09:00:00.000Z' },
      });
  };
const twilioKey = keeping({ twilio: { accountSid: SID, authToken: TOKEN } });

/** A world whose owner has the keys to send with. */
export async function sendingWorld(
  { store = createMemoryStore(), ...world }: NonNullable<World>,
  keep: (api: Api, store: Store) => Promise<void> = twilioKey,
) {
  const made = testWorld({ ...world, store });
  await keep(made.app.as(made.owner), store);
  return made;
}

/** Runs a node that sends once: what is said then, and what was learned. */
export async function run(
  { app, owner, told }: TestWorld,
  graph: ReturnType<typeof sketch>,
  variables: Record<string, string> = {},
) {
  const api = app.as(owner);
  const { id: workflowId } = await api.workflows.create(fromFile(graph, 'the sketch'));
  const { session } = await api.sessions.start({ workflowId, variables });
  const said = told.flatMap(({ sessionId, event }) =>
    sessionId === session.id && event.type === 'session:message' ? [event.message.text] : [],
  );
  return { said: said.join('\n'), variables: (await api.sessions.get({ id: session.id })).variables };
}

/**
 * Runs a node in a process that dies after `isDone`, when the outside has done its part and nothing of it is stored yet;
 * `dying` makes ports that never come back. Then the session goes on in another process: what is said there.
 */
export async function throughCrash(
  graph: ReturnType<typeof sketch>,
  { dying, living, isDone }: { dying: World; living: World; isDone: () => boolean },
  keep = twilioKey,
) {
  const store = createMemoryStore();
  const dead = await sendingWorld({ ...dying, store }, keep);
  const { id: workflowId } = await dead.app.as(dead.owner).workflows.create(fromFile(graph, 'the sketch'));
  const { session } = await dead.app.begin(dead.owner, { workflowId });
  await vi.waitFor(() => expect(isDone()).toBe(true));
  const next = testWorld({ ...living, store });
  expect(await next.app.recover()).toBe(1);
  await next.app.tick();
  await next.app.rest();
  const { items } = await next.app.as(next.owner).sessions.messages({ id: session.id });
  return items.map(({ text }) => text).join('\n');
}

/** Does all that is asked, and is dead before anybody hears of it. */
export const dyingHttp = ({ send, stream }: Http): Http => ({
  send: async (request) => {
    await send(request);
    return new Promise(() => undefined);
  },
  stream,
});
