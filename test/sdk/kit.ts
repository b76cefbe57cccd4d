import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import {
  connect,
  createServer as createNetServer,
  type AddressInfo,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import { fromFile } from '@crmflow/core';
import { testWorld, type Sketch, type TestWorld } from '@crmflow/core/testing';
import { serve, type ServeOptions } from '@crmflow/server';
import { onTestFinished } from 'vitest';

/** Closes something after the test, the last opened first. */
export const closing = (close: () => Promise<void> | void): void => onTestFinished(close);

export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A small server on loopback that answers as told and remembers what it was asked. */
export async function answering(answer: RequestListener): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body });
      answer(request, response);
    });
  });
  closing(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: await listening(server), seen };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function listening(server: NetServer): Promise<string> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    ),
  );
}

/** A refusal, as CRMFlow says it. */
export const refusing =
  (status: number, code: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      ...headers,
    });
    response.end(
      JSON.stringify({
        error: { code, message: `This is ${code}.`, requestId: 'request-1' },
      }),
    );
  };
/** An answer, as CRMFlow gives it. */
export const giving =
  (value: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
/** Does the first to the first request, the second to the second, and the last to all that follow. */
export function inTurn(...answers: RequestListener[]): RequestListener {
  let at = 0;
  return (request, response) => void answers[Math.min(at++, answers.length - 1)]!(request, response);
}

/** A line between a client and a server that can be cut. */
export async function cuttable(to: string): Promise<{ url: string; cut(): void }> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  const server = createNetServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [from, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => other.destroy());
      from.on('close', () => {
        sockets.delete(from);
        other.destroy();
      });
      from.pipe(other);
    }
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  closing(() => {
    cut();
    server.close();
  });
  return { url: await listening(server), cut };
}

/** A whole server in memory on a port of its own. */
export async function served(world: TestWorld = testWorld(), options: Partial<ServeOptions> = {}) {
  const at = { port: 0, host: '127.0.0.1', version: '0.1.0' };
  const serving = await serve({ app: world.app, ...at, ...options });
  closing(() => serving.close());
  const owner = world.app.as(world.owner);
  return {
    ...world,
    url: serving.url,
    /** Keeps a workflow that everybody may run; gives its id. */
    async keep(sketch: Sketch): Promise<string> {
      const file = fromFile({ name: 'talk', isPublic: true, ...sketch }, 'the sketch');
      return (await owner.workflows.create(file)).id;
    },
  };
}

/** Asks for a name and a town, and says good-bye. */
export const twoQuestions: Sketch = {
  nodes: [
    { id: 'start', type: 'trigger' },
    {
      id: 'name',
      type: 'listen',
      data: { prompt: 'Your name?', saveAs: 'name' },
    },
    {
      id: 'town',
      type: 'listen',
      data: { prompt: 'Your town?', saveAs: 'town' },
    },
    {
      id: 'bye',
      type: 'speak',
      data: { text: 'Bye, {{ name }} of {{ town }}.' },
    },
  ],
  edges: ['start -> name', 'name -> town', 'town -> bye'],
};
