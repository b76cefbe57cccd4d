import { Gauge, type Registry } from 'prom-client';
import type { App } from '@crmflow/core';
import type { RedisState } from './redis.ts';

/** How things stand at the moment they are asked for. What cannot be known then is left out, and the rest is told. */
export function measureState(
  { app, redis }: { app: App; redis?: RedisState | undefined },
  registry: Registry,
): void {
  gauge(registry, 'crmflow_database_up', 'Whether the database answers: 1 or 0.', async () => {
    const { database } = await app.as({ role: 'guest' }).health.get({});
    return database === 'ok' ? 1 : 0;
  });
  gauge(
    registry,
    'crmflow_overdue_seconds',
    'For how long the session has been due that has been due longest; 0 when none is.',
    async () => (await app.overdue()) / 1000,
  );
  if (redis)
    gauge(registry, 'crmflow_redis_up', 'Whether Redis is joined and answers: 1 or 0.', async () =>
      redis() === 'ok' ? 1 : 0,
    );
}

function gauge(registry: Registry, name: string, help: string, ask: () => Promise<number>): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      try {
        this.set(await ask());
      } catch {
        this.remove();
      }
    },
  });
}
