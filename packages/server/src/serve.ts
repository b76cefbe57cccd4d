import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';
import type { Response } from 'express';
import { knowingOperator } from './actor.ts';
import { answered, atMost } from './closing.ts';
import { createHttpApp } from './http.ts';
import { createLimits, type Rate, type RATES } from './limits.ts';
import type { Logger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createOrigins } from './origins.ts';
import { connectRedis, stateOf, type RedisState } from './redis.ts';
import { joinServers } from './relay.ts';
import { attachSockets } from './sockets/index.ts';
import type { Stream } from './streams.ts';
import { refuseUnreadable } from './unreadable.ts';

export interface ServeOptions {
  app: App;
  /** 0 takes any free port. */
  port: number;
  host: string;
  /** Shown by the OpenAPI document. */
  version: string;
  /** Origins whose pages may call, beside the server's own. */
  corsOrigins?: readonly string[] | undefined;
  /** Where people reach it, when that is not where it listens: its pages are the server's own. */
  publicUrl?: string | undefined;
  /** Joins several servers on one database: what one stores is heard at the others, and limits are counted together. */
  redisUrl?: string | undefined;
  /** How many proxies stand in front, or their addresses. */
  trustProxy?: number | string | undefined;
  /** Whoever shows it is the operator: for commands on the same machine. */
  operatorToken?: string | undefined;
  /** The bytes of a backup, for the operator. */
  backUp?: (() => AsyncIterable<Uint8Array>) | undefined;
  /** Serves measurements at /metrics, to the operator and whoever shows the token for them. */
  metrics?: boolean | undefined;
  metricsToken?: string | undefined;
  /** Answers callers: yes unless told otherwise. Who does not still tells of its health and its measurements. */
  isWeb?: boolean | undefined;
  logger?: Logger | undefined;
  /** Other limits than the usual. */
  rates?: Partial<Record<keyof typeof RATES, Rate>> | undefined;
  /** How often it is looked at again whether those who only listen still may; 15 s when absent. */
  recheckMs?: number | undefined;
  /** How often a server with others looks for what it was not told of the sessions that are heard here; 15 s when absent. */
  lookMs?: number | undefined;
  /** How long a client may take to send: the head of a request, and all of it. */
  patience?: Patience | undefined;
}
interface Patience {
  headMs: number;
  requestMs: number;
}
export interface Serving {
  /** Where it listens, with the port it got. */
  url: string;
  /** How Redis is, of a server that was told of one. */
  redis?: RedisState | undefined;
  /** Is no longer ready, takes no new requests, lets those at work finish, then cuts what is left. */
  close(): Promise<void>;
}

const GRACE_MS = 8_000;
const GOODBYE_MS = 1_000;
/** Whoever sends slower holds up only himself. */
const PATIENCE = { headMs: 15_000, requestMs: 60_000 };

/** Listens until it is closed. Refuses with `conflict` when the port is taken. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { app, port, host, logger } = options;
  const isOriginAllowed = createOrigins([...(options.corsOrigins ?? []), ...originOf(options.publicUrl)]);
  const redis = options.redisUrl === undefined ? undefined : await connectRedis(options.redisUrl, logger);
  const joined = redis && (await joinServers(app, redis, logger, options.lookMs));
  const limits = createLimits({ redis, rates: options.rates });
  const streams = new Set<Stream>();
  const atWork = new Set<Response>();
  let isReady = true;
  const redisState = redis && stateOf(redis);
  const metrics = options.metrics ? createMetrics({ app, redis: redisState }) : undefined;
  const http = createHttpApp({
    ...options,
    limits,
    isOriginAllowed,
    streams,
    atWork,
    isReady: () => isReady,
    redis: redisState,
    metrics,
  });
  const server = createPatientServer(http, options.patience ?? PATIENCE);
  refuseUnreadable(server);
  const sockets =
    options.isWeb === false
      ? null
      : attachSockets({
          server,
          app: knowingOperator(app, options.operatorToken),
          limits,
          isOriginAllowed,
          addressOf: addressesBy(http.get('trust proxy fn') as Trusts),
          recheckMs: options.recheckMs,
          ...(logger && { logger }),
          counts: metrics?.sockets,
        });
  function leave() {
    metrics?.stop();
    joined?.leave();
    redis?.disconnect();
  }
  try {
    await listen(server, port, host);
  } catch (cause) {
    await sockets?.close();
    leave();
    throw cause;
  }
  return {
    url: urlOf(server, host),
    redis: redisState,
    async close() {
      // Whoever asks hears so while what is at work is finished; those who listen go last, and miss nothing of it.
      isReady = false;
      await Promise.all([sockets?.settle(), atMost(GRACE_MS, answered(atWork))]);
      for (const stream of streams) stream.end();
      await Promise.all([sockets?.close(), close(server)]);
      leave();
    },
  };
}

/** Node.js looks for slow clients every half minute unless told otherwise. */
const createPatientServer = (http: RequestListener, { headMs, requestMs }: Patience): Server =>
  createServer(
    { headersTimeout: headMs, requestTimeout: requestMs, connectionsCheckingInterval: headMs / 3 },
    http,
  );

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const originOf = (url: string | undefined) => (url === undefined ? [] : [new URL(url).origin]);

type Trusts = (address: string, hop: number) => boolean;
/** Who connected, behind the proxies that are trusted: as Express finds `request.ip`. */
const addressesBy =
  (trusts: Trusts) =>
  ({ socket, headers }: IncomingMessage): string => {
    const forwarded = String(headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((address) => address.trim())
      .filter(Boolean);
    const hops = [socket.remoteAddress ?? '', ...forwarded.reverse()];
    return hops.find((address, hop) => !trusts(address, hop)) ?? hops.at(-1)!;
  };

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
    const cut = setTimeout(() => server.closeAllConnections(), GOODBYE_MS);
    server.close((cause) => {
      clearTimeout(cut);
      if (cause && (cause as NodeJS.ErrnoException).code !== 'ERR_SERVER_NOT_RUNNING') reject(cause);
      else resolve();
    });
    server.closeIdleConnections();
  });
}
