import { Router, type Request, type Response } from 'express';
import type { App } from '@crmflow/core';
import { entries, loginNeeded, Upload, type Actor, type Entry } from '@crmflow/core/contract';
import type { DatabaseOutage } from './database-outage.ts';
import { bodyReader, idempotencyKeyIn, inputOf } from './input.ts';
import { createGuard } from './guard.ts';
import type { Limits } from './limits.ts';
import { named } from './log.ts';
import { only } from './methods.ts';
import type { RedisState } from './redis.ts';
import { streamAnswer, streamSession, wantsStream, type Stream } from './streams.ts';

interface Needs {
  app: App;
  limits: Limits;
  actorOf(request: Request): Promise<Actor>;
  /** Whether this server still takes work. */
  isReady(): boolean;
  outage: DatabaseOutage;
  /** Of a server that was told of one. */
  redis?: RedisState | undefined;
  /** Streams that go on until their session or the server ends. */
  streams: Set<Stream>;
  /** Answers that are being made. */
  atWork: Set<Response>;
  /** How often a stream looks again whether it may still be read. */
  recheckMs?: number | undefined;
}
type Guarded = ReturnType<typeof createGuard>;

/** A route for every row of the contract; a path that is there refuses other methods. */
export function createRoutes(needs: Needs): Router {
  const router = Router({ caseSensitive: true });
  const guarded = createGuard(needs);
  for (const path of [...new Set(entries.map(({ op }) => op.path))].sort(byFixedness)) {
    const route = router.route(path);
    const here = entries.filter(({ op }) => op.path === path);
    for (const entry of here)
      route[entry.op.method](named(`/api${path}`), answering(entry, { ...needs, guarded }));
    route.all(named(`/api${path}`), only(here.map(({ op }) => op.method.toUpperCase())));
  }
  return router;
}

/** `/workflows/find` stands before `/workflows/:id`. */
const byFixedness = (one: string, other: string) => (weigh(one) < weigh(other) ? -1 : 1);
const weigh = (path: string) => path.replaceAll('/:', '/~');

function answering(entry: Entry, needs: Needs & { guarded: Guarded }) {
  const { noun, verb, op } = entry;
  const name = `${noun}.${verb}`;
  const readBody = bodyReader(entry);
  const { app, guarded } = needs;
  return async (request: Request, response: Response) => {
    const actor = isForAnyone(entry) ? GUEST : await needs.actorOf(request);
    // Before the body is read: nobody fills the memory without a name, or for a session that is not his.
    if ((op.access === 'user' || op.access === 'operator') && actor.role !== 'user') throw loginNeeded(op);
    if (op.access === 'session' && op.upload)
      await app.as(actor).sessions.get({ id: String(request.params.id) });
    await readBody(request, response);
    const options = { idempotencyKey: idempotencyKeyIn(request) };
    if (op.stream && wantsStream(request)) return stream(entry, needs, request, response);
    const input = inputOf(entry, request);
    const output = await guarded(name, { actor, request, input }, () =>
      app.call(entry, actor, input, { ...options, signal: goneOf(response) }),
    );
    if (op.method !== 'get') needs.outage.worked();
    send(response, entry, output);
  };
}

/** Aborted when the client has gone before it was answered. */
function goneOf(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

const GUEST: Actor = { role: 'guest' };
/** Who asks makes no difference, so that a login that died is in nobody's way. It does to a session that is started. */
const isForAnyone = ({ noun, op }: Entry) => op.access === 'public' && noun !== 'sessions';

async function stream({ noun }: Entry, needs: Needs, request: Request, response: Response): Promise<void> {
  const { app, actorOf, streams, atWork, recheckMs } = needs;
  const reach = async () => app.as(await actorOf(request));
  if (noun === 'ai') {
    const api = await reach();
    return streamAnswer((signal) => api.stream(request.body, signal), response);
  }
  const opened = await streamSession(reach, { request, response, recheckMs });
  if (!opened) return;
  // It goes on for as long as its session: nothing that one could wait for.
  atWork.delete(response);
  streams.add(opened);
  response.once('close', () => streams.delete(opened));
}

function send(response: Response, { op }: Entry, output: unknown): void {
  if (op.status === 204) return void response.status(204).end();
  if (op.output === Upload) return sendFile(response, output as Upload);
  if (op.isVersioned) response.set('etag', `"${(output as { revision: number }).revision}"`);
  response.status(op.status ?? 200).json(output);
}

/** As a download and never as a page: what a visitor uploads must not run under our name. */
function sendFile(response: Response, { name, mimeType, bytes }: Upload): void {
  response.set({
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, escapeMark)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  // Not by Express, which would add a charset that nobody knows.
  response.setHeader(
    'content-type',
    /^[\w.+-]+\/[\w.+-]+$/.test(mimeType) ? mimeType : 'application/octet-stream',
  );
  response.end(bytes);
}
const escapeMark = (mark: string) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
