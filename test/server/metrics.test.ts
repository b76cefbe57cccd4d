import { readFileSync } from 'node:fs';
import { testWorld } from '@crmflow/core/testing';
import type { ServeOptions } from '@crmflow/server';
import { describe, expect, it, vi } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { served, twoQuestions } from '../sdk/kit.ts';
import { connect, start } from '../sockets/kit.ts';

const metricsToken = 'shown-by-Prometheus';

/** A server that measures, and what it says then: the lines of a measurement without its comments. */
async function measured(world = testWorld(), options: Partial<ServeOptions> = {}) {
  const server = await served(world, { metrics: true, metricsToken, ...options });
  const scrape = async () => {
    const headers = { authorization: `Bearer ${metricsToken}` };
    const answer = await fetch(`${server.url}/metrics`, { headers });
    expect(answer.status).toBe(200);
    return answer.text();
  };
  return {
    ...server,
    scrape,
    linesOf: async (name: string) =>
      (await scrape())
        .split('\n')
        .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`)),
  };
}
const away = () => Promise.reject(new Error('connect ECONNREFUSED'));
const routesIn = (lines: readonly string[]) =>
  new Set(lines.map((line) => /route="([^"]*)"/.exec(line)![1]!));

describe('measurements', () => {
  it('are all on the page about monitoring, which names no other', async () => {
    const { scrape } = await measured(testWorld(), { redisUrl: 'redis://127.0.0.1:1' });
    const page = readFileSync('docs/monitoring.md', 'utf8');
    const ours = [...(await scrape()).matchAll(/^# TYPE (crmflow_\w+)/gm)].map(([, name]) => name!);
    const named = [...page.matchAll(/^\| `(crmflow_\w+)/gm)].map(([, name]) => name!);
    expect(named.toSorted()).toEqual(ours.toSorted());
    const used = [...page.matchAll(/\bcrmflow_\w+/g)].map(([name]) =>
      name.replace(/_(count|sum|bucket)$/, ''),
    );
    expect(used.filter((name) => !ours.includes(name))).toEqual([]);
  });

  it('know requests by where they went, and never by what somebody made up', async () => {
    const { url, linesOf } = await measured();
    const places = [
      '/',
      '/chat',
      '/inbox',
      '/widget.js',
      '/page/icon.svg',
      '/api/docs',
      '/api/docs/start.js',
    ];
    const made = ['/made-up', '/page/made-up', '/api/docs/made-up', '/api/made-up', '/chat/made-up'];
    for (const path of [...places, '/api/openapi.json', '/api/health', '/metrics', ...made])
      await (await fetch(`${url}${path}`)).text();
    const lines = await linesOf('crmflow_http_request_seconds_count');
    const known = [
      '/',
      '/chat',
      '/inbox',
      '/widget.js',
      '/page',
      '/api/docs',
      '/api/openapi.json',
      '/api/health',
    ];
    expect(routesIn(lines)).toEqual(new Set([...known, '/metrics', '(none)']));
    expect(
      lines.filter((line) => line.includes('status="404"')).map((line) => [...routesIn([line])]),
    ).toEqual([['(none)']]);
  });

  it('count the sockets that are open', async () => {
    const { url, linesOf } = await measured();
    expect(await linesOf('crmflow_sockets')).toEqual(['crmflow_sockets 0']);
    const [one] = [await connect(url), await connect(url)];
    expect(await linesOf('crmflow_sockets')).toEqual(['crmflow_sockets 2']);
    one.socket.disconnect();
    await vi.waitFor(async () => expect(await linesOf('crmflow_sockets')).toEqual(['crmflow_sockets 1']));
  });

  it('count what is refused over sockets by its code', async () => {
    const { url, linesOf } = await measured();
    await expect(connect(url, { token: { made: 'up' } })).rejects.toThrow();
    const { call } = await connect(url);
    await call('session:resume', { sessionId: 'made-up' });
    await call('made:up', {});
    await call('made:up', {});
    expect((await linesOf('crmflow_socket_refusals_total')).toSorted()).toEqual([
      'crmflow_socket_refusals_total{code="invalid_input"} 2',
      'crmflow_socket_refusals_total{code="not_found"} 1',
      'crmflow_socket_refusals_total{code="unauthenticated"} 1',
    ]);
  });

  it('count how sessions end: failed, or with whatever outcome their author gave', async () => {
    const { app, keep, linesOf } = await measured();
    const end = (outcome: string) => ({
      nodes: [start, { id: 'end', type: 'logic' as const, data: { kind: 'end', outcome } }],
      edges: ['start -> end'],
    });
    const guest = app.as({ role: 'guest' });
    for (const sketch of [end('made up'), end('made up too')])
      await guest.sessions.start({ workflowId: await keep(sketch) });
    const loop = {
      ...end('never'),
      nodes: [start, { id: 'end', type: 'logic' as const, data: { kind: 'set', values: { a: '1 / 0' } } }],
    };
    await guest.sessions.start({ workflowId: await keep(loop) });
    expect(await linesOf('crmflow_sessions_ended_total')).toEqual([
      'crmflow_sessions_ended_total{outcome="failed"} 1',
      'crmflow_sessions_ended_total{outcome="other"} 2',
    ]);
  });

  it('count what fails when nobody waits for it, by where and never by whom', async () => {
    const store = createMemoryStore();
    const world = testWorld({ store: { ...store, sessions: { ...store.sessions, claim: away } } });
    const { app, keep, linesOf } = await measured(world);
    await expect(app.tick()).rejects.toThrow('ECONNREFUSED');
    app.subscribe(() => {
      throw new Error('a listener that fails');
    });
    await app.as({ role: 'guest' }).sessions.start({ workflowId: await keep(twoQuestions) });
    const lines = await linesOf('crmflow_background_failures_total');
    const failed = lines.filter((line) => !line.endsWith(' 0'));
    expect(failed.map((line) => /at="(\w+)"/.exec(line)![1])).toEqual(['listeners', 'tick']);
  });

  it('tell for how long sessions have been due that nobody moves on', async () => {
    let now = Date.parse('2026-01-05T09:00:00.000Z');
    const world = testWorld({ clock: { now: () => new Date(now) } });
    const { app, keep, linesOf } = await measured(world);
    const overdue = () => linesOf('crmflow_overdue_seconds');
    expect(await overdue()).toEqual(['crmflow_overdue_seconds 0']);
    const delay = { id: 'wait', type: 'logic' as const, data: { kind: 'delay', for: { minutes: 10 } } };
    const workflowId = await keep({ nodes: [start, delay], edges: ['start -> wait'] });
    await app.as({ role: 'guest' }).sessions.start({ workflowId });
    expect(await overdue()).toEqual(['crmflow_overdue_seconds 0']);
    now += 15 * 60_000;
    expect(await overdue()).toEqual(['crmflow_overdue_seconds 300']);
    await app.tick();
    expect(await overdue()).toEqual(['crmflow_overdue_seconds 0']);
  });

  it('say that the database is away, and all else that they know', async () => {
    const store = createMemoryStore();
    let isAway = false;
    const unlessAway =
      <T>(ask: () => Promise<T>) =>
      () =>
        isAway ? away() : ask();
    const world = testWorld({
      store: {
        ...store,
        ping: unlessAway(store.ping),
        sessions: { ...store.sessions, firstDueAt: unlessAway(store.sessions.firstDueAt) },
      },
    });
    const { linesOf } = await measured(world);
    const told = async () =>
      (
        await Promise.all(['crmflow_database_up', 'crmflow_overdue_seconds', 'crmflow_sockets'].map(linesOf))
      ).flat();
    const well = ['crmflow_database_up 1', 'crmflow_overdue_seconds 0', 'crmflow_sockets 0'];
    expect(await told()).toEqual(well);
    isAway = true;
    expect(await told()).toEqual(['crmflow_database_up 0', 'crmflow_sockets 0']);
    isAway = false;
    expect(await told()).toEqual(well);
  });

  it('say that Redis is away, of a server that was told of one', async () => {
    const alone = await measured();
    expect(await alone.linesOf('crmflow_redis_up')).toEqual([]);
    const { linesOf } = await measured(testWorld(), { redisUrl: 'redis://127.0.0.1:1' });
    expect(await linesOf('crmflow_redis_up')).toEqual(['crmflow_redis_up 0']);
  });
});

describe('the log of sockets', () => {
  it('has each refusal with its code and the id that the client was told, and nothing of what was sent', async () => {
    const noted: { fields: object; sentence: string }[] = [];
    const note = (fields: object, sentence: string) => void noted.push({ fields, sentence });
    const logger = { info: note, warn: note, error: note };
    const { url } = await served(testWorld(), { logger });
    await expect(connect(url, { token: { 'words-of-mine': 1 } })).rejects.toThrow();
    const { call } = await connect(url);
    const told = [
      await call('user:message', { sessionId: 'words-of-mine', message: 'words-of-mine' }),
      await call('words-of-mine', { 'words-of-mine': 1 }),
    ].map(({ error }) => error!.requestId);
    expect(JSON.stringify(noted)).not.toContain('words-of-mine');
    expect(noted).toEqual(
      [
        { event: 'connect', code: 'unauthenticated', status: 401, requestId: expect.any(String) as string },
        { event: 'user:message', code: 'not_found', status: 404, requestId: told[0] },
        { event: '(none)', code: 'invalid_input', status: 400, requestId: told[1] },
      ].map((fields) => ({ fields, sentence: 'refused by socket' })),
    );
  });
});
