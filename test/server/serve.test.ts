import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { CrmflowError } from '@crmflow/core/contract';
import { testWorld } from '@crmflow/core/testing';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { serve, type Serving } from '@crmflow/server';
import { afterEach, describe, expect, it } from 'vitest';

let serving: Serving | undefined;
afterEach(async () => {
  await serving?.close();
  serving = undefined;
});

async function begin(world = testWorld(), isWeb = true): Promise<string> {
  serving = await serve({ app: world.app, port: 0, host: '127.0.0.1', version: '0.1.0', isWeb });
  return serving.url;
}
/** A world whose database is away. */
function withoutDatabase() {
  const away = () => Promise.reject(new CrmflowError('unavailable', 'The database is away.'));
  return testWorld({ store: { ...createMemoryStore(), ping: away } });
}

describe('serve', () => {
  it('says that it lives and that the database answers', async () => {
    const url = await begin();
    const [alive, ready] = await Promise.all([fetch(`${url}/api/health`), fetch(`${url}/api/health/ready`)]);
    expect([alive.status, await alive.json()]).toEqual([
      200,
      { status: 'ok', version: '0.0.0-test', database: 'ok' },
    ]);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  });

  it('lives on without its database, and is not ready', async () => {
    const url = await begin(withoutDatabase());
    const [alive, ready] = await Promise.all([fetch(`${url}/api/health`), fetch(`${url}/api/health/ready`)]);
    expect([alive.status, await alive.json()]).toMatchObject([200, { status: 'ok', database: 'down' }]);
    expect([ready.status, await ready.json()]).toMatchObject([503, { error: { code: 'unavailable' } }]);
  });

  it.each(['/', '/inbox'])(
    'shows a page at %s that needs nothing from elsewhere, where calls are taken',
    async (path) => {
      const response = await fetch(`${await begin()}${path}`);
      const text = await response.text();
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('x-powered-by')).toBeNull();
      const policy = response.headers.get('content-security-policy');
      for (const rule of ["default-src 'none'", "script-src 'self'", "trusted-types 'none'"])
        expect(policy).toContain(rule);
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(text).not.toMatch(/https?:\/\//);
      await serving!.close();
      const elsewhere = await fetch(`${await begin(testWorld(), false)}${path}`);
      expect([elsewhere.status, await elsewhere.json()]).toMatchObject([
        404,
        { error: { code: 'not_found' } },
      ]);
    },
  );

  it.each([
    ['GET', '/nothing', 404, 'not_found'],
    ['POST', '/api/health', 405, 'method_not_allowed'],
    ['GET', '/inbox/', 404, 'not_found'],
    ['POST', '/', 405, 'method_not_allowed'],
    ['POST', '/inbox', 405, 'method_not_allowed'],
    ['DELETE', '/api/docs', 405, 'method_not_allowed'],
    ['PUT', '/api/openapi.json', 405, 'method_not_allowed'],
    ['GET', '/api/workflows/%E0%A4%A', 400, 'invalid_input'],
  ])('refuses %s %s with the one error body', async (method, path, status, code) => {
    const response = await fetch(`${await begin()}${path}`, { method });
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    expect({ status: response.status, error }).toEqual({
      status,
      error: {
        code,
        message: expect.any(String) as string,
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      },
    });
  });

  it.each([
    ['no HTTP', 'DROP TABLE / HTTP/1.1\r\n\r\n', 400, 'invalid_input'],
    ['a head without end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'too_large'],
    ['a head that does not come', 'GET / HTTP/1.1\r\n', 408, 'invalid_input'],
  ])('refuses %s with the one error body', async (_what, text, status, code) => {
    const patience = { headMs: 300, requestMs: 300 };
    serving = await serve({ app: testWorld().app, port: 0, host: '127.0.0.1', version: '0.1.0', patience });
    const { hostname, port } = new URL(serving.url);
    const line = dial(Number(port), hostname).on('error', () => undefined);
    const pieces: Buffer[] = [];
    line.on('data', (piece: Buffer) => pieces.push(piece)).write(text);
    await once(line, 'close');
    const [head, body] = Buffer.concat(pieces).toString().split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*\r\ncontent-type: application/json`));
    expect(JSON.parse(body!)).toEqual({
      error: { code, message: expect.any(String) as string, requestId: expect.any(String) as string },
    });
  });

  it('says which port is in use and what to do', async () => {
    const { port } = new URL(await begin());
    const again = serve({ app: testWorld().app, port: Number(port), host: '127.0.0.1', version: '0.1.0' });
    await expect(again).rejects.toMatchObject({
      code: 'conflict',
      message: `Port ${port} on 127.0.0.1 is in use. Stop what listens there, or choose another port.`,
    });
  });
});
