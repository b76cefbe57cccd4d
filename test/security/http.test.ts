import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { openApp } from '@crmflow/core/open';
import type { Logger } from '@crmflow/server';
import { testWorld } from '@crmflow/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { databaseAway } from '../../packages/core/src/errors.ts';
import { long, naughty } from '../../packages/core/src/testing/store-spec/naughty.ts';
import { begin, refusal } from '../server/kit.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

describe('a body', () => {
  const deep = (opening: string, closing: string, depth: number) =>
    opening.repeat(depth) + closing.repeat(depth);
  it.each([
    ['is cut off', '{"email":"ada@example.com"'],
    ['is no JSON', 'email=ada'],
    ['has a trailing comma', '{"email":"a",}'],
    ['has single quotes', "{'email':'a'}"],
    ['holds NaN', '{"email":NaN}'],
    ['is a number', '7'],
    ['is a list', '[]'],
    ['is null', 'null'],
    ['is a text', '"text"'],
    ['is two bodies', '{}{}'],
    ['holds half a surrogate without end', '{"email":"\\ud83d'],
    ['is 60,000 lists deep', `{"email":${deep('[', ']', 60_000)}}`],
    ['is 60,000 objects deep', `{"email":${deep('{"a":', '}', 60_000).replace(':}', ':1}')}}`],
    ['is 60,000 deep and never closed', '['.repeat(60_000)],
    ['names __proto__ inside', '{"email":{"deep":[{"__proto__":{"role":"admin"}}]}}'],
  ])('that %s is refused as invalid input', async (_what, body) => {
    const { guest } = await begin();
    for (const path of ['/auth/login', '/sessions', '/auth/register'])
      expect(refusal(await guest('POST', path, body))).toMatchObject({ status: 400, code: 'invalid_input' });
  });

  it('with bytes that are no UTF-8, or a charset nobody reads, is refused or read, and fails nothing', async () => {
    const { url } = await begin();
    const send = (body: string | Uint8Array<ArrayBuffer>, type: string) =>
      fetch(`${url}/api/auth/login`, { method: 'POST', headers: { 'content-type': type }, body });
    expect((await send(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), 'application/json')).status).toBe(400);
    expect((await send('{}', 'application/json; charset=x-unknown')).status).toBe(415);
    expect((await send('not gzip', 'application/json')).status).toBe(400);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/xml'])(
    'of the type %s is refused as unsupported',
    async (type) => {
      const { guest } = await begin();
      const answer = await guest('POST', '/auth/login', '{"email":"a","password":"b"}', {
        'content-type': type,
      });
      expect(refusal(answer)).toMatchObject({ status: 415, code: 'unsupported_media' });
    },
  );

  it('that is larger than may be is refused, packed or not', async () => {
    const { guest, url } = await begin();
    const large = JSON.stringify({ email: 'x'.repeat(1_000_001), password: '' });
    expect(refusal(await guest('POST', '/auth/login', large))).toMatchObject({ status: 413 });
    const { gzipSync } = await import('node:zlib');
    const packed = gzipSync(JSON.stringify({ email: 'x'.repeat(50_000_000) }));
    expect(packed.length).toBeLessThan(100_000);
    const answer = await fetch(`${url}/api/auth/login`, {
      method: 'POST',
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
      body: new Uint8Array(packed),
    });
    expect(answer.status).toBe(413);
  });
});

describe('a method', () => {
  it.each(['PATCH', 'TRACE', 'PROPFIND', 'OPTIONS', 'PUT'])(
    '%s that a path does not answer is refused',
    async (method) => {
      const { url } = await begin();
      const { hostname, port } = new URL(url);
      const text = await raw(
        connect(Number(port), hostname),
        `${method} /api/auth/login HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      );
      expect(text).toMatch(/^HTTP\/1.1 405 /);
      expect(text).toMatch(/^allow: POST\r$/im);
      expect(text).toContain('"code":"method_not_allowed"');
    },
  );

  it('that is none is refused', async () => {
    const { url } = await begin();
    const { hostname, port } = new URL(url);
    expect(await raw(connect(Number(port), hostname), 'DROP TABLE / HTTP/1.1\r\n\r\n')).toMatch(
      /^HTTP\/1.1 400 /,
    );
  });
});

/** Says this, and gives all that comes back until the line is cut. */
async function raw(socket: Socket, text: string): Promise<string> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece)).on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(pieces).toString();
}

describe('what goes wrong on our side', () => {
  it('is answered without a stack, a query or a path, by a request id that the log knows', async () => {
    const noted: string[] = [];
    const note = (fields: object, sentence: string) =>
      void noted.push(inspect(fields, { depth: 9 }) + sentence);
    const logger: Logger = { info: note, warn: note, error: note };
    const store = createMemoryStore();
    const broken = () =>
      Promise.reject(
        new Error('relation "User" does not exist: SELECT * FROM "User" at /srv/app/store.ts:7'),
      );
    const world = testWorld({ store: { ...store, users: { ...store.users, findByEmail: broken } } });
    const { guest } = await begin({ world, logger });
    const answer = await guest('POST', '/auth/login', { email: 'ada@example.com', password: 'x' });
    const { error } = answer.body as { error: { requestId: string } };
    expect(answer.body).toEqual({
      error: { code: 'internal', message: 'Something went wrong on our side.', requestId: error.requestId },
    });
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([500, error.requestId]);
    expect([...answer.headers].join()).not.toMatch(/SELECT|store\.ts|User/);
    expect(noted.some((line) => line.includes('SELECT') && line.includes(error.requestId))).toBe(true);
  });

  it('is noted once and told by ready, when the disk of the database is full though it still answers', async () => {
    const noted: string[] = [];
    const note = (level: string) => (_: object, sentence: string) => void noted.push(`${level}: ${sentence}`);
    const logger: Logger = { info: note('info'), warn: note('warn'), error: note('error') };
    const store = createMemoryStore();
    let isFull = true;
    const full = () =>
      Promise.reject(databaseAway('The disk of the database is full. Make room, then try again.', {}));
    const create: typeof store.workflows.create = (...given) =>
      isFull ? full() : store.workflows.create(...given);
    const world = testWorld({ store: { ...store, workflows: { ...store.workflows, create } } });
    const { register, guest } = await begin({ world, logger });
    const ada = await register('ada');
    const save = async () => (await ada.ask('POST', '/workflows', { name: 'Mine' })).status;
    const ready = async () => (await guest('GET', '/health/ready')).status;
    expect(await ready()).toBe(200);
    expect([await save(), await save(), await ready()]).toEqual([503, 503, 503]);
    expect((await guest('GET', '/health')).status).toBe(200);
    isFull = false;
    expect([await save(), await ready()]).toEqual([201, 200]);
    expect(noted.filter((line) => !line.endsWith(': request'))).toEqual([
      'warn: The database is away or takes nothing more: calls are refused.',
      'info: The database takes calls again.',
    ]);
  });

  it('names the same request as the client, when the client gave it a plain name, and no other', async () => {
    const { guest } = await begin();
    const name = async (given: string) =>
      (await guest('GET', '/auth/me', undefined, { 'x-request-id': given })).headers.get('x-request-id');
    expect(await name('trace-1')).toBe('trace-1');
    for (const given of ['two words', '"quoted"', '{}', 'x'.repeat(101), 'ü'])
      expect(await name(given)).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('texts that break careless servers', () => {
  it('come back byte for byte from every field that takes text, or are refused by a rule', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'crmflow-naughty-'));
    const opened = await openApp({ dataDir: join(folder, 'data'), syncs: false });
    const { register, guest, serving } = await begin({ app: opened.app });
    onTestFinished(async () => {
      await serving.close();
      await opened.close();
      rmSync(folder, { recursive: true });
    });
    const { ask } = await register('ada');
    const texts = [...naughty, ...long, 'NUL \0 inside', '\ud83d half a pair'];
    const seen = { kept: 0, refused: 0 };
    const expectSame = (
      { status, body }: Awaited<ReturnType<typeof ask>>,
      path: readonly (string | number)[],
      text: string,
    ) => {
      expect([200, 201, 400]).toContain(status);
      if (status === 400) return void (seen.refused += 1);
      seen.kept += 1;
      const there = path.reduce<unknown>(
        (value, key) => (value as Record<string | number, unknown>)[key],
        body,
      );
      expect(there).toBe(text);
    };
    const { id } = (await ask('POST', '/workflows', { name: 'mine' })).body as { id: string };
    for (const text of texts) {
      const nodes = [
        { id: 'start', type: 'trigger', label: text },
        { id: 'say', type: 'speak', data: { text, [text]: [text, { [text]: text }] } },
      ];
      expectSame(await ask('PUT', `/workflows/${id}`, { name: text }), ['name'], text);
      expectSame(await ask('PUT', `/workflows/${id}`, { description: text }), ['description'], text);
      expectSame(await ask('PUT', `/workflows/${id}`, { nodes: [nodes[0]] }), ['nodes', 0, 'label'], text);
      const saved = await ask('PUT', `/workflows/${id}`, { nodes: [nodes[1]] });
      expectSame(saved, ['nodes', 0, 'data', 'text'], text);
      if (saved.status === 200)
        expect((saved.body as { nodes: unknown[] }).nodes[0]).toMatchObject(nodes[1]!);
      const knowledge = { question: `Q ${text} Q`, answer: `A ${text} A` };
      const kept = await ask('POST', '/knowledge/manual', knowledge);
      expectSame(kept, ['name'], knowledge.question);
      if (kept.status === 201) expect((kept.body as { content: string }).content).toBe(knowledge.answer);
      for (const path of [
        '/logs?workflowId=',
        '/knowledge/search?q=',
        '/workflows/find?name=',
        '/sessions?cursor=',
      ])
        expect((await ask('GET', path + encodeURIComponent(text.toWellFormed()))).status).toBeLessThan(500);
      const login = { email: text.slice(0, 900), password: text.slice(0, 900) };
      expect([400, 401]).toContain((await guest('POST', '/auth/login', login)).status);
    }
    expect(seen.kept).toBeGreaterThan(texts.length * 3);
    expect(seen.refused).toBeGreaterThan(0);
  });

  it('come back byte for byte from a conversation', async () => {
    const { register } = await begin();
    const { ask } = await register('ada');
    const graph = {
      nodes: [
        { id: 'start', type: 'trigger' },
        { id: 'say', type: 'listen', data: { prompt: '', saveAs: 'said' } },
      ],
      edges: [
        { sourceNodeId: 'start', targetNodeId: 'say' },
        { sourceNodeId: 'say', targetNodeId: 'say' },
      ],
      settings: { commands: false },
    };
    const { id: workflowId } = (await ask('POST', '/workflows', { name: 'echo', ...graph })).body as {
      id: string;
    };
    const started = (await ask('POST', '/sessions', { workflowId })).body as { session: { id: string } };
    const path = `/sessions/${started.session.id}`;
    for (const message of naughty) {
      const { status } = await ask('POST', `${path}/messages`, { message });
      expect([200, 400, 409]).toContain(status);
      if (status !== 200) continue;
      const { items } = (await ask('GET', `${path}/messages`)).body as {
        items: { from: string; text: string }[];
      };
      expect(items.filter(({ from }) => from === 'user').at(-1)!.text).toBe(message);
    }
    const { items } = (await ask('GET', `${path}/messages`)).body as { items: unknown[] };
    expect(items.length).toBeGreaterThan(naughty.length / 2);
  });
});

describe('the log', () => {
  it('writes a line for each note, whatever stands in it', async () => {
    const hostile = 'first\nsecond\r\n{"level":60}\u2028\u001b[2J\u001b]0;owned\u0007';
    const module = new URL('../../packages/server/src/log.ts', import.meta.url).href;
    const code = `
      const { createLogger } = await import(${JSON.stringify(module)});
      const hostile = JSON.parse(process.argv[1]);
      const logger = createLogger('debug');
      logger.info({ route: hostile, [hostile]: hostile }, hostile);
      logger.error({ err: new Error(hostile) }, 'A request failed.');
      logger.warn({ headers: { authorization: 'Bearer clear-secret' }, user: { password: 'clear-secret', token: 'clear-secret', key: 'clear-secret' } }, 'secrets');`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', code, JSON.stringify(hostile)];
    const child = spawn(process.execPath, args, { cwd: fileURLToPath(new URL('../..', import.meta.url)) });
    const pieces: Buffer[] = [];
    child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
    expect(await once(child, 'close')).toEqual([0, null]);
    const text = Buffer.concat(pieces).toString();
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect((JSON.parse(lines[0]!) as { msg: string }).msg).toBe(hostile);
    // What a terminal would obey.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    expect(text).not.toContain('clear-secret');
  });

  it('repeats no path, query, header or body of a request, but its route', async () => {
    const noted: unknown[] = [];
    const note = (fields: object, sentence: string) => void noted.push({ ...fields, sentence });
    const { guest, serving } = await begin({ logger: { info: note, warn: note, error: note } });
    await guest('POST', '/auth/login?secret=query-words', {
      email: 'body-words@example.com',
      password: 'words',
    });
    await guest('GET', '/sessions/path-words/messages', undefined, { 'x-words': 'header-words' });
    await guest('GET', '/path-words%0aINFO%20forged');
    await serving.close();
    expect(JSON.stringify(noted)).not.toMatch(/-words|forged/);
    expect(noted).toMatchObject([
      { method: 'POST', route: '/api/auth/login', status: 401 },
      { method: 'GET', route: '/api/sessions/:id/messages', status: 404 },
      { method: 'GET', route: '(none)', status: 404 },
    ]);
  });
});

describe('slow clients', () => {
  const patience = { headMs: 300, requestMs: 600 };
  const open = (url: string) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    return socket;
  };

  it.each([
    ['the head', 'GET /api/health HTTP/1.1\r\nhost: x\r\nx-slow: '],
    [
      'the body',
      'POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    ],
  ])('that never finish %s are cut off', async (_what, text) => {
    const { url } = await begin({ patience });
    expect(await raw(open(url), text)).toMatch(/^(?:HTTP\/1.1 4\d\d |$)/);
  });

  it('by the hundred hold up nobody else: slow heads, slow bodies, and answers nobody reads', async () => {
    const { url, guest } = await begin({ rates: { request: { points: 100_000, seconds: 1 } } });
    const texts = [
      'GET /api/health HTTP/1.1\r\nx-slow: ',
      'POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{',
      'GET /api/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(20),
    ];
    const sockets = texts.flatMap((text) =>
      Array.from({ length: 100 }, () => {
        const socket = open(url).on('error', () => undefined);
        socket.pause();
        socket.write(text);
        return socket;
      }),
    );
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const from = performance.now();
    for (let at = 0; at < 20; at++) expect((await guest('GET', '/health')).status).toBe(200);
    expect((performance.now() - from) / 20).toBeLessThan(500);
    for (const socket of sockets) socket.destroy();
  });
});

describe('measurements', () => {
  it('are nowhere unless they are asked for, and then for the operator and who shows their token', async () => {
    const at = async (url: string, token?: string) => {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const answer = await fetch(`${url}/metrics`, { headers });
      return [answer.status, (await answer.text()).includes('crmflow_http')];
    };
    expect(await at((await begin({ operatorToken: 'operator' })).url, 'operator')).toEqual([404, false]);
    const metricsToken = 'shown-by-Prometheus';
    const { url, register } = await begin({ operatorToken: 'operator', metrics: true, metricsToken });
    const { token } = await register('ada');
    expect(await at(url)).toEqual([403, false]);
    expect(await at(url, token)).toEqual([403, false]);
    expect(await at(url, 'operator')).toEqual([200, true]);
    expect(await at(url, metricsToken)).toEqual([200, true]);
  });
});
