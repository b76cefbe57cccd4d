import { Router, type Request, type Response } from 'express';
import type { App } from '@crmflow/core';
import {
  CrmflowError,
  entries,
  type Actor,
  type Crmflow,
  type Entry,
  type Upload,
} from '@crmflow/core/contract';
import { bodyReader, idempotencyKeyIn, inputOf } from './input.ts';
import type { Limits } from './limits.ts';
import { streamAnswer, streamSession, wantsStream, type Stream } from './streams.ts';

interface Needs {
  app: App;
  limits: Limits;
  actorOf(request: Request): Promise<Actor>;
  /** Whether this server still takes work. */
  isReady(): boolean;
  /** Streams that go on until their session or the server ends. */
  streams: Set<Stream>;
}

/** A route for every row of the contract; a path that is there refuses other methods. */
export function createRoutes(needs: Needs): Router {
  const router = Router({ caseSensitive: true });
  for (const path of [...new Set(entries.map(({ op }) => op.path))].sort(byFixedness)) {
    const route = router.route(path);
    const here = entries.filter(({ op }) => op.path === path);
    for (const entry of here) route[entry.op.method](named(path), answering(entry, needs));
    const methods = here.map(({ op }) => op.method.toUpperCase());
    if (methods.includes('GET')) methods.push('HEAD');
    route.all(({ method }, response) => {
      response.set('allow', methods.join(', '));
      const message = `/api${path} answers ${methods.join(', ')}, not ${method}.`;
      throw new CrmflowError('method_not_allowed', message);
    });
  }
  return router;
}

/** `/workflows/find` stands before `/workflows/:id`. */
const byFixedness = (one: string, other: string) => (weigh(one) < weigh(other) ? -1 : 1);
const weigh = (path: string) => path.replaceAll('/:', '/~');

/** Notes for log and measurements which route it was. */
const named = (path: string) => (_request: Request, response: Response, next: () => void) => {
  response.locals.route = `/api${path}`;
  next();
};

function answering(entry: Entry, needs: Needs) {
  const { noun, verb, op } = entry;
  const readBody = bodyReader(entry);
  return async (request: Request, response: Response) => {
    const actor = await needs.actorOf(request);
    // Before the body is read: nobody fills the memory without a name.
    if ((op.access === 'user' || op.access === 'operator') && actor.role !== 'user')
      throw new CrmflowError('unauthenticated', `${op.summary}: log in first.`);
    await readBody(request, response);
    const { app, streams } = needs;
    const options = { idempotencyKey: idempotencyKeyIn(request) };
    if (op.stream && wantsStream(request)) return stream(entry, app.as(actor), request, response, streams);
    const input = inputOf(entry, request);
    const output = await guarded(`${noun}.${verb}`, { actor, request, input, ...needs }, () =>
      app.call(entry, actor, input, options),
    );
    send(response, entry, output);
  };
}

interface Call extends Needs {
  actor: Actor;
  request: Request;
  input: unknown;
}

/** What only this edge can know of a call: how often it came from here, and whether it is about to close. */
async function guarded<T>(name: string, call: Call, work: () => Promise<T>): Promise<T> {
  const { limits, actor, request, isReady } = call;
  const address = request.ip ?? '';
  switch (name) {
    case 'auth.register':
      await limits.register(address);
      return work();
    case 'auth.login':
      return limits.login({ email: emailIn(call.input), address }, work);
    case 'sessions.start':
      if (actor.role === 'guest') await limits.guestStart(address);
      return work();
    case 'sessions.send':
      await limits.message(String(request.params.id));
      return work();
    case 'health.ready':
      if (!isReady()) throw new CrmflowError('unavailable', 'This server is about to close.');
      return work();
    default:
      return work();
  }
}

const emailIn = (input: unknown): string =>
  typeof input === 'object' && input && 'email' in input ? String(input.email).slice(0, 1_000) : '';

async function stream(
  { noun }: Entry,
  api: Crmflow,
  request: Request,
  response: Response,
  streams: Set<Stream>,
): Promise<void> {
  if (noun === 'ai') return streamAnswer((signal) => api.stream(request.body, signal), response);
  const opened = await streamSession(api, request, response);
  streams.add(opened);
  response.once('close', () => streams.delete(opened));
}

function send(response: Response, { noun, verb, op }: Entry, output: unknown): void {
  if (op.status === 204) return void response.status(204).end();
  if (noun === 'sessions' && verb === 'file') return sendFile(response, output as Upload);
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
