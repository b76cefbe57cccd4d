import { CRMFlow, CrmflowError } from '@crmflow/sdk';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { answering, giving, inTurn, refusing } from './kit.ts';

const page = { items: [], nextCursor: null };
const bodies = (seen: { body: string }[]) => seen.map(({ body }) => JSON.parse(body) as unknown);

describe('a call', () => {
  it('asks with a query, and says who calls', async () => {
    const { url, seen } = await answering(giving(page));
    const client = new CRMFlow({ url: `${url}/`, token: 'secret' });
    await client.workflows.list({ limit: 10, cursor: undefined });
    expect(seen).toMatchObject([
      { method: 'GET', url: '/api/workflows?limit=10', headers: { authorization: 'Bearer secret' } },
    ]);
    expect(seen[0]!.headers).not.toHaveProperty('idempotency-key');
  });

  it('puts what the path names into the path and the rest into the body', async () => {
    const { url, seen } = await answering(giving({}));
    await new CRMFlow({ url }).workflows.update({ id: 'a/b ü', name: 'New', ifRevision: 4 });
    expect(seen).toMatchObject([
      { method: 'PUT', url: '/api/workflows/a%2Fb%20%C3%BC', headers: { 'if-match': '"4"' } },
    ]);
    expect(bodies(seen)).toEqual([{ name: 'New' }]);
  });

  it.each(['', '.', '..'])('refuses the id "%s", which would lead to another operation', async (id) => {
    const { url, seen } = await answering(giving({}));
    await expect(new CRMFlow({ url }).workflows.remove({ id })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    expect(seen).toEqual([]);
  });

  it('sends a file as a form, with its name, its type and the fields beside it', async () => {
    const { url, seen } = await answering(giving({}));
    const client = new CRMFlow({ url });
    const bytes = new TextEncoder().encode('%PDF-1.7');
    await client.knowledge.pdf({
      file: { name: 'prices ü.pdf', mimeType: 'application/pdf', bytes },
      password: 'x',
    });
    await client.knowledge.file({ file: new File(['# Hi'], 'hi.md', { type: 'text/markdown' }) });
    await client.knowledge.voice({ file: bytes });
    const [pdf, text, voice] = seen;
    expect(pdf!.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(pdf!.body).toMatch(
      /name="password"\r\n\r\nx\r\n.*filename="prices ü.pdf"\r\nContent-Type: application\/pdf/s,
    );
    expect(text!.body).toMatch(/filename="hi.md"\r\nContent-Type: text\/markdown\r\n\r\n# Hi/);
    expect(voice!.body).toContain('filename="file"');
  });

  it('gives a file back with its bytes, its type and a name in any language', async () => {
    const { url } = await answering((_request, response) => {
      const disposition = `attachment; filename="prices.pdf"; filename*=UTF-8''prices%20%C3%BC.pdf`;
      response.writeHead(200, { 'content-type': 'application/pdf', 'content-disposition': disposition });
      response.end(Buffer.from([0, 255, 1]));
    });
    const file = await new CRMFlow({ url }).sessions.file({ id: 's', fileId: 'f' });
    expect(file).toEqual({
      name: 'prices ü.pdf',
      mimeType: 'application/pdf',
      bytes: new Uint8Array([0, 255, 1]),
    });
  });

  it('keeps the token of a login for the calls after it', async () => {
    const { url, seen } = await answering(inTurn(giving({ token: 'new', user: {} }), giving(page)));
    const client = new CRMFlow({ url });
    await client.login({ email: 'ada@example.com', password: 'correct horse battery' });
    await client.keys.list();
    expect(client.token).toBe('new');
    expect(seen[1]!.headers.authorization).toBe('Bearer new');
  });

  it('shows a session its own token, and nothing else', async () => {
    const started = { session: { id: 's1' }, token: 'of s1', events: [] };
    const { url, seen } = await answering(inTurn(giving(started), giving({})));
    const client = new CRMFlow({ url });
    const session = await client.start({ workflowId: 'w' });
    session.close();
    await client.sessions.get({ id: 's1' });
    await client.sessions.get({ id: 's2' });
    await client.workflows.get({ id: 's1' });
    const shown = seen
      .filter(({ url }) => url.startsWith('/api/'))
      .map(({ headers }) => headers.authorization);
    expect(shown).toEqual([undefined, 'Bearer of s1', undefined, undefined]);
  });

  it('reads every row of a list, a page at a time', async () => {
    const { url, seen } = await answering(
      inTurn(giving({ items: [1, 2], nextCursor: 'b' }), giving({ items: [3], nextCursor: null })),
    );
    const rows: unknown[] = [];
    for await (const row of new CRMFlow({ url }).workflows.list.all({ limit: 2 })) rows.push(row);
    expect(rows).toEqual([1, 2, 3]);
    expect(seen.map(({ url }) => url)).toEqual(['/api/workflows?limit=2', '/api/workflows?limit=2&cursor=b']);
  });
});

describe('a refusal', () => {
  it('has its code, its sentence, its details and the number of the request', async () => {
    const error = { code: 'stale', message: 'Someone was faster.', details: { current: 1 }, requestId: 'r' };
    const { url } = await answering((_request, response) => {
      response.writeHead(412).end(JSON.stringify({ error }));
    });
    const refused = new CRMFlow({ url }).workflows.update({ id: 'w', name: 'x', ifRevision: 1 });
    await expect(refused).rejects.toBeInstanceOf(CrmflowError);
    await expect(refused).rejects.toMatchObject({ ...error, status: 412 });
  });

  it.each([
    [413, 'too_large'],
    [404, 'not_found'],
    [504, 'unavailable'],
    [200, 'unavailable'],
  ])('names the address when something else answers %i in its place', async (status, code) => {
    const { url } = await answering((_request, response) => void response.writeHead(status).end('<html>'));
    await expect(new CRMFlow({ url, retries: 0 }).health.get()).rejects.toMatchObject({
      code,
      message: `${url}/api/health answered ${status}, but not as CRMFlow does. Check the address, and what stands in between.`,
    });
  });

  it('names the address that nobody answers at', async () => {
    const refused = new CRMFlow({ url: 'http://127.0.0.1:1', retries: 0 }).health.get();
    await expect(refused).rejects.toMatchObject({
      code: 'unavailable',
      message: 'http://127.0.0.1:1 cannot be reached. Check the address, and that CRMFlow runs there.',
    });
  });

  it.each([
    [
      'another origin',
      'https://shop.example.com',
      " This page is of another origin: https://shop.example.com must stand in the server's CORS_ORIGINS.",
    ],
    ['the same origin', 'http://127.0.0.1:1', ''],
  ])('tells a page of %s what a browser does not', async (_, origin, hint) => {
    vi.stubGlobal('document', {});
    vi.stubGlobal('location', { origin });
    onTestFinished(() => void vi.unstubAllGlobals());
    await expect(new CRMFlow({ url: 'http://127.0.0.1:1', retries: 0 }).health.get()).rejects.toMatchObject({
      message: `http://127.0.0.1:1 cannot be reached. Check the address, and that CRMFlow runs there.${hint}`,
    });
  });
});

describe('trying again', () => {
  const input = { name: 'Mine' };

  it.each([
    [429, 'rate_limited'],
    [502, 'provider_failed'],
    [503, 'unavailable'],
  ])('is done after %i, as the same call', async (status, code) => {
    const { url, seen } = await answering(
      inTurn(refusing(status, code, { 'retry-after': '0' }), giving({ id: 'w' })),
    );
    expect(await new CRMFlow({ url }).workflows.create(input)).toEqual({ id: 'w' });
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([
      expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      keys[0],
    ]);
    expect(bodies(seen)).toEqual([input, input]);
  });

  it('is not done of what a model was asked for, which the server has tried again by itself', async () => {
    const { url, seen } = await answering(refusing(502, 'provider_failed', { 'retry-after': '0' }));
    const client = new CRMFlow({ url });
    const asked = [
      client.ai.generate({ prompt: 'Hello?' }),
      client.ai.generateWorkflow({ prompt: 'Hello' }),
    ].map((call) => call.catch((cause: unknown) => cause));
    expect(await Promise.all(asked)).toMatchObject([
      { code: 'provider_failed' },
      { code: 'provider_failed' },
    ]);
    expect(seen).toHaveLength(2);
  });

  it('is done after a line that broke, in the middle of an answer too', async () => {
    const { url, seen } = await answering(
      inTurn(
        (request) => request.socket.destroy(),
        (_request, response) => {
          response.writeHead(200, { 'content-length': '100' });
          response.write('{"id":', () => response.socket!.destroy());
        },
        giving({ id: 'w' }),
      ),
    );
    expect(await new CRMFlow({ url }).workflows.create(input)).toEqual({ id: 'w' });
    expect(new Set(seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('is not done for what is wrong, whoever asks', async () => {
    const { url, seen } = await answering(refusing(400, 'invalid_input'));
    await expect(new CRMFlow({ url }).workflows.create(input)).rejects.toMatchObject({
      code: 'invalid_input',
    });
    expect(seen).toHaveLength(1);
  });

  it('is not done for a registration that may have been heard', async () => {
    const { url, seen } = await answering((request) => request.socket.destroy());
    const refused = new CRMFlow({ url }).register({ email: 'a@b.c', password: 'correct horse battery' });
    await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
    expect(seen).toHaveLength(1);
    expect(seen[0]!.headers).not.toHaveProperty('idempotency-key');
  });

  it('ends after as many times as were asked for', async () => {
    const { url, seen } = await answering(refusing(503, 'unavailable', { 'retry-after': '0' }));
    await expect(new CRMFlow({ url, retries: 1 }).health.ready()).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(seen).toHaveLength(2);
  });

  it('does not wait past the time-out', async () => {
    const { url, seen } = await answering(refusing(429, 'rate_limited', { 'retry-after': '60' }));
    await expect(new CRMFlow({ url, timeoutMs: 5_000 }).health.get()).rejects.toMatchObject({
      code: 'rate_limited',
    });
    expect(seen).toHaveLength(1);
  });

  it('waits until the moment it was told, by the clock of who told it', async () => {
    const now = 'Mon, 05 Jan 2026 09:00:00 GMT';
    const headers = { date: now, 'retry-after': now };
    const { url, seen } = await answering(inTurn(refusing(503, 'unavailable', headers), giving(page)));
    await new CRMFlow({ url }).templates.list();
    expect(seen).toHaveLength(2);
  });

  it('keeps the key it was given', async () => {
    const { url, seen } = await answering(giving({}));
    await new CRMFlow({ url }).keys.set({ service: 'gemini', key: 'k' }, { idempotencyKey: 'mine' });
    expect(seen[0]!.headers['idempotency-key']).toBe('mine');
  });
});

describe('giving up', () => {
  it('says who did not answer, and within what time', async () => {
    const { url } = await answering(() => undefined);
    await expect(new CRMFlow({ url, timeoutMs: 50 }).health.get()).rejects.toMatchObject({
      code: 'unavailable',
      message: `${url} did not answer within 0.05 s.`,
    });
  });

  it('waits longer for what takes longer, unless it is told not to', async () => {
    const { url } = await answering((_request, response) => {
      setTimeout(() => giving({ name: 'Drafted' })(_request, response), 150);
    });
    const client = new CRMFlow({ url, timeoutMs: 50, retries: 0 });
    const wish = { prompt: 'Qualify leads' };
    await expect(client.ai.generateWorkflow(wish)).resolves.toMatchObject({ name: 'Drafted' });
    await expect(client.ai.generateWorkflow(wish, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('counts an answer that stops half-way as none', async () => {
    const { url } = await answering((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
    });
    await expect(new CRMFlow({ url }).health.get({}, { timeoutMs: 50 })).rejects.toMatchObject({
      message: `${url} did not answer within 0.05 s.`,
    });
  });

  it('follows the signal of a call: before it, during it, and while it waits to try again', async () => {
    const leaving = new AbortController();
    const { url, seen } = await answering((request, response) => {
      refusing(503, 'unavailable', { 'retry-after': '20' })(request, response);
      leaving.abort(new Error('Gone.'));
    });
    const client = new CRMFlow({ url });
    const call = () => client.health.get({}, { signal: leaving.signal });
    await expect(call()).rejects.toThrow('Gone.');
    await expect(call()).rejects.toThrow('Gone.');
    expect(seen).toHaveLength(1);
  });
});

describe('a streamed answer', () => {
  const whole = { text: 'Hi there', usage: { inputTokens: 1, outputTokens: 2 }, citations: [] };
  const streaming = (...pieces: string[]) =>
    answering((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const piece of pieces) response.write(piece);
      response.end();
    });
  async function partsOf(url: string, signal?: AbortSignal) {
    const parts: unknown[] = [];
    for await (const part of new CRMFlow({ url }).stream({ prompt: 'Hi' }, signal)) parts.push(part);
    return parts;
  }
  const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

  it('comes in pieces, wherever the bytes are cut', async () => {
    const { url, seen } = await streaming(
      ': hello\n\nevent: chunk\r\nda',
      'ta: {"chunk":"Hi "}\r\n\r\nevent: chunk\ndata: {\ndata: "chunk":"there"}\n',
      `\n${event('done', whole)}`,
    );
    expect(await partsOf(url)).toEqual([
      { type: 'chunk', chunk: 'Hi ' },
      { type: 'chunk', chunk: 'there' },
      { type: 'done', ...whole },
    ]);
    expect(seen).toMatchObject([{ headers: { accept: 'text/event-stream' } }]);
  });

  it('is refused when it ends before its end', async () => {
    const { url } = await streaming(event('chunk', { chunk: 'Hi' }));
    await expect(partsOf(url)).rejects.toMatchObject({ code: 'provider_failed' });
  });

  it('is refused as the server says', async () => {
    const error = { code: 'provider_failed', message: 'The model is away.' };
    const { url } = await streaming(event('error', error));
    await expect(partsOf(url)).rejects.toMatchObject(error);
  });

  it('is left in the middle, and the server told so', async () => {
    const leaving = new AbortController();
    let left: () => void = () => undefined;
    const isLeft = new Promise<void>((resolve) => (left = resolve));
    const { url } = await answering((_request, response) => {
      response.on('close', left);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event('chunk', { chunk: 'Hi' }));
    });
    const parts = new CRMFlow({ url }).stream({ prompt: 'Hi' }, leaving.signal);
    expect(await parts.next()).toMatchObject({ value: { chunk: 'Hi' } });
    leaving.abort(new Error('Gone.'));
    await expect(parts.next()).rejects.toThrow('Gone.');
    await isLeft;
  });
});
