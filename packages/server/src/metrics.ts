import type { Request, RequestHandler, Response } from 'express';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { App } from '@crmflow/core';
import { CrmflowError, type Actor } from '@crmflow/core/contract';
import { bearerIn, isSecret } from './actor.ts';
import { routeOf } from './log.ts';

/** Measurements for Prometheus: requests by route, what sessions tell, and the process. */
export function createMetrics(app: App) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'crmflow_http_request_seconds',
    help: 'How long requests took, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers: [registry],
  });
  const events = new Counter({
    name: 'crmflow_session_events_total',
    help: 'What sessions told, by type.',
    labelNames: ['type'],
    registers: [registry],
  });
  const unsubscribe = app.subscribe((_id, told) => told.forEach(({ type }) => events.inc({ type })));

  const count: RequestHandler = ({ method }, response, next) => {
    const stop = requests.startTimer();
    response.once('close', () => stop({ method, route: routeOf(response), status: response.statusCode }));
    next();
  };
  return {
    count,
    async answer(_request: Request, response: Response) {
      response.type(registry.contentType).send(await registry.metrics());
    },
    stop: unsubscribe,
  };
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
