import type { Request, RequestHandler, Response } from 'express';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { BACKGROUND_PARTS, type App } from '@crmflow/core';
import { CrmflowError, type Actor } from '@crmflow/core/contract';
import { bearerIn, isSecret } from './actor.ts';
import { routeOf } from './log.ts';
import type { RedisState } from './redis.ts';
import { measureState } from './state-metrics.ts';
import { measureSockets } from './sockets/metrics.ts';

interface Measured {
  app: App;
  /** Of a server that was told of one. */
  redis?: RedisState | undefined;
}
export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Measurements for Prometheus: requests by route, sockets, what sessions tell, what failed, how things stand, and the process.
 * Every label is one of a few known words: none is an id, a path, or said by anybody.
 */
export function createMetrics({ app, redis }: Measured) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  measureState({ app, redis }, registry);
  const stops = [countEvents(app, registry), countFailures(app, registry)];
  return {
    count: requestCounter(registry),
    sockets: measureSockets(registry),
    async answer(_request: Request, response: Response) {
      response.type(registry.contentType).send(await registry.metrics());
    },
    stop: () => stops.forEach((stop) => stop()),
  };
}

function requestCounter(registry: Registry): RequestHandler {
  const requests = new Histogram({
    name: 'crmflow_http_request_seconds',
    help: 'How long requests took, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers: [registry],
  });
  return ({ method }, response, next) => {
    const stop = requests.startTimer();
    response.once('close', () => stop({ method, route: routeOf(response), status: response.statusCode }));
    next();
  };
}

function countEvents(app: App, registry: Registry): () => void {
  const events = new Counter({
    name: 'crmflow_session_events_total',
    help: 'What sessions told, by type.',
    labelNames: ['type'],
    registers: [registry],
  });
  const ended = new Counter({
    name: 'crmflow_sessions_ended_total',
    help: 'Sessions that came to their end: with the outcome failed, or any other.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of ['failed', 'other']) ended.inc({ outcome }, 0);
  return app.subscribe((_id, told) => {
    for (const event of told) {
      events.inc({ type: event.type });
      if (event.type === 'workflow:finished')
        ended.inc({ outcome: event.outcome === 'failed' ? 'failed' : 'other' });
    }
  });
}

function countFailures(app: App, registry: Registry): () => void {
  const failures = new Counter({
    name: 'crmflow_background_failures_total',
    help: 'What failed while nobody waited for it, by where.',
    labelNames: ['at'],
    registers: [registry],
  });
  // A rate sees the first one only when there was a 0 before it.
  for (const at of BACKGROUND_PARTS) failures.inc({ at }, 0);
  return app.hearFailures((at) => failures.inc({ at }));
}

/** Lets the operator in, and whoever shows the token that was set for measurements. */
export const mayMeasure =
  (actorOf: (request: Request) => Promise<Actor>, token: string | undefined): RequestHandler =>
  async (request, _response, next) => {
    if (token !== undefined && isSecret(bearerIn(request.headers.authorization), token)) return next();
    const actor = await actorOf(request);
    if (actor.role === 'user' && actor.isOperator) return next();
    throw new CrmflowError(
      'forbidden',
      'Measurements are for the operator: send METRICS_TOKEN as a bearer token.',
    );
  };
