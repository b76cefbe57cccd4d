import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';
import { createHttpApp } from './http.ts';

export interface ServeOptions {
  app: App;
  /** 0 takes any free port. */
  port: number;
  host: string;
  /** Shown by the health route. */
  version: string;
}
export interface Serving {
  /** Where it listens, with the port it got. */
  url: string;
  /** Takes no new requests, lets those at work finish, then cuts what is left. */
  close(): Promise<void>;
}

const GRACE_MS = 5_000;

/** Listens until it is closed. Refuses with `conflict` when the port is taken. */
export async function serve({ app, port, host, version }: ServeOptions): Promise<Serving> {
  const server = createServer(createHttpApp({ app, version }));
  await listen(server, port, host);
  const { port: actual } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`, close: () => close(server) };
}

const listen = (server: Server, port: number, host: string) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(cause, port, host)));
    server.listen(port, host, resolve);
  });

function cannotListen(cause: NodeJS.ErrnoException, port: number, host: string): Error {
  const why: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is in use. Stop what listens there, or choose another port.`,
    EACCES: `This user may not listen on port ${port}. Choose one above 1023.`,
    EADDRNOTAVAIL: `${host} is no address of this machine. Choose another host.`,
    ENOTFOUND: `The host ${host} is not known. Choose an address of this machine.`,
  };
  const sentence = why[cause.code ?? ''];
  return sentence ? new CrmflowError('conflict', sentence, undefined, { cause }) : cause;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.close((cause) => {
      clearTimeout(cut);
      if (cause) reject(cause);
      else resolve();
    });
    server.closeIdleConnections();
  });
}
