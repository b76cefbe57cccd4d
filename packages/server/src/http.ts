import express, { type Express, type Response } from 'express';
import helmet from 'helmet';
import type { App } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';
import { createActors } from './actor.ts';
import { createBackup } from './backup.ts';
import { createTwilioRoute } from './channels/twilio.ts';
import { createDatabaseOutage } from './database-outage.ts';
import { createDocs } from './docs.ts';
import { createFiles } from './files.ts';
import { createHooks } from './hooks.ts';
import { createLimits, type Limits } from './limits.ts';
import { named, requestLog, unnamed, type Logger } from './log.ts';
import { only } from './methods.ts';
import { mayMeasure, type Metrics } from './metrics.ts';
import { openApi } from './openapi/document.ts';
import { createOrigins, type IsOriginAllowed } from './origins.ts';
import { createPages } from './page/index.ts';
import type { RedisState } from './redis.ts';
import { refusals } from './refuse.ts';
import { requestIds } from './request-id.ts';
import { createRoutes } from './routes.ts';
import type { Stream } from './streams.ts';

export interface HttpOptions {
  app: App;
  /** Shown by the OpenAPI document. */
  version: string;
  isOriginAllowed?: IsOriginAllowed;
  /** Whose pages may show the chat in a frame; `*` for all. */
  corsOrigins?: readonly string[] | undefined;
  limits?: Limits;
  logger?: Logger | undefined;
  /** How many proxies stand in front, or their addresses: whose X-Forwarded-For is believed. */
  trustProxy?: number | string | undefined;
  /** Whoever shows it is the operator: for commands on the same machine. */
  operatorToken?: string | undefined;
  /** The bytes of a backup, for the operator. */
  backUp?: (() => AsyncIterable<Uint8Array>) | undefined;
  /** Served at /metrics, to the operator and whoever shows the token for them. */
  metrics?: Metrics | undefined;
  metricsToken?: string | undefined;
  /** Answers callers: yes unless told otherwise. Who does not still tells of its health and its measurements. */
  isWeb?: boolean | undefined;
  /** Whether this server still takes work. */
  isReady?: () => boolean;
  /** Streams that are open, to be ended with the server. */
  streams?: Set<Stream>;
  /** Answers that are being made, to be waited for. */
  atWork?: Set<Response>;
  /** How often an open stream looks again whether it may still be read; 15 s when absent. */
  recheckMs?: number | undefined;
  /** Of a server that was told of one. */
  redis?: RedisState | undefined;
}

/** CRMFlow over HTTP, as an Express app: the contract under /api, its reference, and the pages. */
export function createHttpApp(options: HttpOptions): Express {
  const { app, version, logger, limits = createLimits(), isOriginAllowed = createOrigins([]) } = options;
  const { atWork = new Set<Response>(), streams = new Set<Stream>(), isReady = () => true } = options;
  const actorOf = createActors(app, options.operatorToken);
  const outage = createDatabaseOutage(logger);
  const http = express().disable('x-powered-by').disable('etag').set('query parser', 'simple');
  http.set('trust proxy', options.trustProxy ?? false);

  http.use((_request, response, next) => {
    atWork.add(response);
    response.once('close', () => atWork.delete(response));
    next();
  });
  http.use(requestIds);
  if (logger) http.use(requestLog(logger));
  const { metrics } = options;
  if (metrics) http.use(metrics.count);
  http.use(helmet(HEADERS), crossOrigin(isOriginAllowed));
  http.use(async ({ ip }, _response, next) => {
    await limits.request(ip ?? '');
    next();
  });

  if (options.isWeb === false) http.use(onlyHealth);
  const document = once(() => JSON.stringify(openApi(version)));
  http
    .route('/api/openapi.json')
    .all(named('/api/openapi.json'))
    .get((_request, response) => void response.type('json').send(document()))
    .all(only(['GET']));
  http.use(createDocs());
  http.use('/api', uncached);
  http.use('/api', createHooks({ app, isReady }), createFiles({ app }));
  if (options.backUp) http.use('/api', createBackup({ actorOf, backUp: options.backUp }));
  http.use(createTwilioRoute({ app, isReady }));
  http.use(
    '/api',
    createRoutes({
      app,
      limits,
      actorOf,
      isReady,
      outage,
      streams,
      atWork,
      redis: options.redis,
      recheckMs: options.recheckMs,
    }),
  );
  if (metrics)
    http
      .route('/metrics')
      .all(named('/metrics'))
      .get(mayMeasure(actorOf, options.metricsToken), metrics.answer)
      .all(only(['GET']));
  http.use(createPages({ origins: options.corsOrigins ?? [] }));
  http.use(nothing);
  http.use(refusals(logger, outage));
  return http;
}

const nothing: express.RequestHandler = ({ path }, response) => {
  unnamed(response);
  throw new CrmflowError('not_found', `There is nothing at ${path}. See /api/docs for what there is.`);
};

/** What a server tells that takes no calls: what watches over servers asks it all the same. */
const HEALTH = /^\/(api\/health(\/ready)?|metrics)\/?$/;

const onlyHealth: express.RequestHandler = ({ path }, _response, next) => {
  if (HEALTH.test(path)) return next();
  throw new CrmflowError(
    'not_found',
    'This server only moves on what is due (--worker) and takes no calls. Ask one that was started with --web.',
  );
};

/** What is answered is for whoever asked, as it is now. */
const uncached: express.RequestHandler = (_request, response, next) => {
  response.set('cache-control', 'no-store');
  next();
};

const HEADERS = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  },
  // Other origins that are listed may read; who is not is refused below.
  crossOriginResourcePolicy: { policy: 'cross-origin' as const },
};

const ALLOWED_HEADERS =
  'authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, x-request-id';

/** Answers pages of listed origins, and refuses the others before anything is done. */
const crossOrigin =
  (isAllowed: IsOriginAllowed): express.RequestHandler =>
  (request, response, next) => {
    const { origin } = request.headers;
    response.vary('origin');
    if (!isAllowed(request))
      throw new CrmflowError('forbidden', `Pages of ${origin} may not call here. See CORS_ORIGINS.`);
    if (origin !== undefined) {
      response.set('access-control-allow-origin', origin);
      response.set('access-control-expose-headers', 'etag, retry-after, x-request-id, content-disposition');
    }
    if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return next();
    response.set({
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
      'access-control-allow-headers': ALLOWED_HEADERS,
      'access-control-max-age': '600',
    });
    response.status(204).end();
  };

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
