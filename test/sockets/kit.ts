import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { fromFile, type AiModel, type ErrorBody, type SessionView } from '@crmflow/core';
import { testWorld, type Sketch, type TestWorld } from '@crmflow/core/testing';
import { attachSockets, type SocketLimits } from '../../packages/server/src/sockets/index.ts';
import { onTestFinished } from 'vitest';

type Options = Partial<Parameters<typeof attachSockets>[0]>;
export type Payload = Record<string, unknown>;
export interface Answer {
  ok: boolean;
  data?: { session: SessionView; token?: string };
  error?: ErrorBody;
}

/** Nobody is limited unless the test is about limits. */
const unlimited: SocketLimits = {
  connect: () => Promise.resolve(),
  event: () => Promise.resolve(),
  guestStart: () => Promise.resolve(),
  message: () => Promise.resolve(),
};

/** A world with its sockets on a port of its own, gone when the test is over. */
export async function begin({ world = testWorld(), ...options }: Options & { world?: TestWorld } = {}) {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const { app } = world;
  const sockets = attachSockets({ server, app, limits: unlimited, isOriginAllowed: () => true, ...options });
  const url = await listening(server);
  onTestFinished(async () => {
    await sockets.close();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    ...world,
    url,
    sockets,
    server,
    connect: (auth?: Payload, options?: Partial<ManagerOptions & SocketOptions>) =>
      connect(url, auth, options),
    /** Keeps a workflow, of the local owner's unless told otherwise; gives its id. */
    async keep(sketch: Sketch & { isPublic?: boolean }, api = app.as(world.owner)): Promise<string> {
      const { id } = await api.workflows.create(
        fromFile({ name: 'talk', isPublic: true, ...sketch }, 'the sketch'),
      );
      return id;
    },
    /** Somebody with an account. */
    async register(name = 'ada') {
      const person = { email: `${name}@example.com`, password: 'correct horse battery' };
      const { token, user } = await app.as({ role: 'guest' }).auth.register(person);
      return {
        token,
        userId: user.id,
        password: person.password,
        api: app.as({ role: 'user', userId: user.id }),
      };
    },
  };
}

export const listening = (server: Server) =>
  new Promise<string>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${port}`);
    }),
  );

export type Client = Awaited<ReturnType<typeof connect>>;

/** A connected client that remembers what it hears; rejects with what `connect_error` says. */
export async function connect(
  url: string,
  auth: Payload = {},
  options: Partial<ManagerOptions & SocketOptions> = {},
) {
  const socket: Socket = io(url, {
    auth,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...options,
  });
  onTestFinished(() => void socket.disconnect());
  const heard: { event: string; payload: Payload }[] = [];
  const waiting = new Set<() => void>();
  const look = () => [...waiting].forEach((seen) => seen());
  socket.onAny((event: string, payload: Payload) => {
    heard.push({ event, payload });
    look();
  });
  socket.on('disconnect', look);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });

  /** Resolves as soon as it is so. */
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const seen = () => {
        if (!isSo()) return;
        waiting.delete(seen);
        resolve();
      };
      waiting.add(seen);
      seen();
    });
  const all = (event: string) => heard.filter((told) => told.event === event).map(({ payload }) => payload);
  return {
    socket,
    heard,
    until,
    all,
    /** The payload of the nth event of this name, as soon as it is there. */
    async nth(event: string, n = 1): Promise<Payload> {
      await until(() => all(event).length >= n);
      return all(event)[n - 1]!;
    },
    /** Sends an event and waits for its acknowledgement. */
    call: (event: string, ...payload: unknown[]): Promise<Answer> => socket.emitWithAck(event, ...payload),
    names: () => heard.map(({ event }) => event),
    seqs: (sessionId?: unknown) =>
      heard
        .filter(({ payload }) => 'seq' in payload && (!sessionId || payload.sessionId === sessionId))
        .map(({ payload }) => payload.seq),
    said: () => all('session:message').map(({ message }) => (message as { text: string }).text),
  };
}

export const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

/** A model that says these pieces, one each time `turn` lets it. */
export function speaking(pieces: readonly string[], turn: () => Promise<void>): AiModel {
  return {
    async *stream() {
      for (const text of pieces) {
        await turn();
        yield { kind: 'text', text };
      }
      yield {
        kind: 'done',
        isFound: true,
        citations: [],
        usage: { inputTokens: 0, outputTokens: pieces.length },
      };
    },
  };
}

export const start = { id: 'start', type: 'trigger' } as const;
export const say = (id: string, text: string) => ({ id, type: 'speak', data: { text } }) as const;
export const ask = (id: string, prompt: string, saveAs = id) =>
  ({ id, type: 'listen', data: { prompt, saveAs } }) as const;

/** Asks for a name and a town, and ends. */
export const twoQuestions: Sketch = {
  nodes: [
    start,
    ask('name', 'Your name?'),
    ask('town', 'Your town?'),
    say('bye', 'Bye, {{ name }} of {{ town }}.'),
  ],
  edges: ['start -> name', 'name -> town', 'town -> bye'],
};
