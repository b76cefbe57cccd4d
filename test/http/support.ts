import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { createHttp } from '../../packages/core/src/adapters/http/door.ts';
import type { HttpRequest } from '../../packages/core/src/ports.ts';
import { CrmflowError } from '../../packages/core/src/errors.ts';

/** A server on loopback for one test: where it is, and how many connections reached it. */
export interface Neighbour {
  port: number;
  /** `127.0.0.1:port`, as an entry of the allowed private hosts. */
  host: string;
  url: string;
  connections(): number;
}

/** An HTTP server that ends with the test. */
export const serve = (answer: (request: IncomingMessage, response: ServerResponse) => unknown) =>
  listen(createServer((request, response) => void answer(request, response)));

/** A server that speaks as it likes, for answers that no HTTP server would give. */
export const serveRaw = (talk: (socket: Socket) => void) => listen(createTcpServer(talk));

async function listen(server: Server): Promise<Neighbour> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    // A client that leaves in the middle is what many tests are about.
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return { port, host, url: `http://${host}`, connections: () => connections };
}

/** A door that closes with the test. */
export function door(options: Parameters<typeof createHttp>[0] = {}) {
  const http = createHttp(options);
  onTestFinished(() => http.close());
  return http;
}

/** A door that may ask these servers. */
export const doorTo = (...neighbours: Neighbour[]) =>
  door({ allowedPrivateHosts: neighbours.map(({ host }) => host) });

/** A look-up that knows these names. */
export const names = (known: Record<string, string[]>) => async (hostname: string) => {
  const addresses = known[hostname];
  if (!addresses) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
  return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};

export const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  ...more,
});

/** The refusal that a request ends in, as everybody outside sees it. */
export async function refusal(work: Promise<unknown>) {
  const error = await work.then(
    (value) => {
      throw new Error(`expected a refusal, got ${JSON.stringify(value)}`);
    },
    (cause: unknown) => cause,
  );
  if (!(error instanceof CrmflowError)) throw error;
  return error.toJSON();
}

/** Code and reason of a refusal in one word: `forbidden blocked_address`. */
export async function verdict(work: Promise<unknown>): Promise<string> {
  const { code, details } = await refusal(work);
  return `${code} ${(details as { reason: string }).reason}`;
}

export const text = (body: Uint8Array): string => Buffer.from(body).toString();
