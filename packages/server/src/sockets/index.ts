import type { IncomingHttpHeaders, IncomingMessage, Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { App } from '@crmflow/core';
import { atMost, closing } from '../closing.ts';
import { createCalls, type Logger } from './calls.ts';
import { createRefusals } from './refusals.ts';
import { GatheringServer } from './gathering.ts';
import { admission, authentication, roomOf } from './handshake.ts';
import type { SocketLimits } from './limits.ts';
import type { SocketCounts } from './metrics.ts';
import { Visit } from './visit.ts';

export type { SocketLimits } from './limits.ts';

export interface SocketOptions {
  /** Sockets are answered beside what it answers already. */
  server: HttpServer;
  app: App;
  limits: SocketLimits;
  isOriginAllowed(request: { headers: IncomingHttpHeaders }): boolean;
  /** Whose connection it is, behind proxies that are trusted; who connected, when absent. */
  addressOf?(request: IncomingMessage): string;
  /** In bytes; a larger message ends its connection. 1 MB when absent. */
  maxPayload?: number;
  logger?: Logger;
  /** Counts them. */
  counts?: SocketCounts | undefined;
  /** How often a login is looked at again on sockets that only listen; 15 s when absent. */
  recheckMs?: number | undefined;
}
export interface Sockets {
  /** Lets nobody in and begins no session; resolves when nothing is at work any more, or after a while. */
  settle(): Promise<void>;
  /** Settles, then hangs up. */
  close(): Promise<void>;
}

const GRACE_MS = 8_000;
const GOODBYE_MS = 1_000;
const MAX_PAYLOAD = 1_000_000;
const RECHECK_MS = 15_000;
const addressOfPeer = ({ socket }: IncomingMessage) => socket.remoteAddress ?? '';

/** Answers Socket.IO on an HTTP server: the conversations, live. */
export function attachSockets(options: SocketOptions): Sockets {
  const { server, app, limits, logger, counts, isOriginAllowed, addressOf = addressOfPeer } = options;
  const visits = new Set<Visit>();
  let isClosing = false;
  const mustTakeWork = () => {
    if (isClosing) throw closing();
  };
  const refused = createRefusals({ logger, counts });
  const calls = createCalls({ limits, logger, refused, addressOf, mustTakeWork });

  const io = new Server(server, {
    serveClient: false,
    wsEngine: GatheringServer,
    maxHttpBufferSize: options.maxPayload ?? MAX_PAYLOAD,
    allowRequest: admission({
      mayEnter: (request) => !isClosing && isOriginAllowed(request),
      limits,
      addressOf,
      refused,
    }),
    cors: (request, use) => use(null, { origin: isOriginAllowed(request), credentials: true }),
  });
  io.use(authentication(app, refused));
  io.on('connection', (socket: Socket) => {
    const visit = new Visit(socket, app);
    visits.add(visit);
    counts?.opened();
    socket.onAny((event: string, ...args: unknown[]) => calls.take(visit, event, args));
    socket.on('disconnect', () => {
      visits.delete(visit);
      counts?.closed();
      visit.leave();
    });
  });
  const unhear = app.hearKnowledge(({ userId, progress }) => {
    io.to(roomOf(userId)).emit('knowledge:progress', progress);
  });
  const rechecking = setInterval(() => {
    for (const visit of visits) if (visit.isLoggedIn) void calls.recheck(visit);
  }, options.recheckMs ?? RECHECK_MS).unref();

  async function settle() {
    isClosing = true;
    await atMost(GRACE_MS, calls.rest());
  }

  return {
    settle,
    async close() {
      clearInterval(rechecking);
      unhear();
      await settle();
      await atMost(GOODBYE_MS, hangUp(io));
      io.engine.close();
    },
  };
}

/** Ends connections once what they were told has left, and below Socket.IO: clients then come back by themselves. */
async function hangUp(io: Server): Promise<void> {
  const connections = [...io.sockets.sockets.values()].map(({ conn }) => conn);
  const ended = connections.map((conn) => new Promise((resolve) => conn.once('close', resolve)));
  for (const conn of connections) conn.close();
  await Promise.all(ended);
}
