import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../packages/core/src/ports.ts';
import { door, doorTo, get, names, refusal, serve, serveRaw, text, verdict } from './support.ts';

/** A server that answers with what it was asked. */
const echo = () =>
  serve(async (request, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    answer.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
  });

describe('a request', () => {
  it('arrives as it was written, with a name of ours and a Host header that keeps the name', async () => {
    const { port } = await echo();
    const http = door({ allowedPrivateHosts: ['crm.lan'], lookup: names({ 'crm.lan': ['127.0.0.1'] }) });
    const answer = await http.send({
      method: 'post',
      url: `http://crm.lan:${port}/a b?q=ü#part`,
      headers: { 'Content-Type': 'application/json', 'X-Note': 'Grüße' },
      body: '{"name":"Zoë"}',
    });
    expect({ ...answer, body: JSON.parse(text(answer.body)) }).toEqual({
      status: 200,
      url: `http://crm.lan:${port}/a%20b?q=%C3%BC`,
      headers: {
        connection: 'keep-alive',
        'content-length': expect.any(String),
        date: expect.any(String),
        'keep-alive': expect.any(String),
      },
      body: {
        method: 'POST',
        url: '/a%20b?q=%C3%BC',
        headers: {
          host: `crm.lan:${port}`,
          connection: 'keep-alive',
          'user-agent': 'CRMFlow',
          accept: '*/*',
          'accept-encoding': 'gzip, deflate, br',
          'content-type': 'application/json',
          'x-note': 'Grüße',
          'content-length': '15',
        },
        body: '{"name":"Zoë"}',
      },
    });
  });

  it('may carry bytes, and its own user agent', async () => {
    const server = await echo();
    const answer = await doorTo(server).send({
      method: 'PUT',
      url: server.url,
      headers: { 'user-agent': 'Mine/1' },
      body: new Uint8Array([104, 105]),
    });
    expect(JSON.parse(text(answer.body))).toMatchObject({ body: 'hi', headers: { 'user-agent': 'Mine/1' } });
  });

  it('gets an error status as an answer', async () => {
    const server = await serve((_, answer) => answer.writeHead(503, { 'retry-after': '7' }).end('busy'));
    const { status, headers, body } = await doorTo(server).send(get(server.url));
    expect([status, headers['retry-after'], text(body)]).toEqual([503, '7', 'busy']);
  });

  it.each([
    ['CONNECT', 'invalid_input method'],
    ['TRACE', 'invalid_input method'],
    ['', 'invalid_input method'],
    ['GET / HTTP/1.1\r\nx: y', 'invalid_input method'],
    ['GET\0', 'invalid_input method'],
  ])('with the method %j is refused', async (method, expected) => {
    const server = await echo();
    expect(await verdict(doorTo(server).send({ method, url: server.url }))).toBe(expected);
    expect(server.connections()).toBe(0);
  });

  it.each([
    ['line breaks in a value', { 'x-a': 'b\r\nx-evil: 1' }],
    ['a line feed in a value', { 'x-a': 'b\nc' }],
    ['a NUL in a value', { 'x-a': 'b\0c' }],
    ['an emoji in a value', { 'x-a': '🙂' }],
    ['line breaks in a name', { 'x-a\r\nx-evil': '1' }],
    ['a space in a name', { 'x a': '1' }],
    ['a colon in a name', { 'x:a': '1' }],
    ['an empty name', { '': '1' }],
    ['a Host of its own', { Host: 'metadata.google.internal' }],
    ['a length of its own', { 'Content-Length': '0' }],
    ['a transfer encoding', { 'transfer-encoding': 'chunked' }],
    ['a connection header', { connection: 'close, authorization' }],
    ['an upgrade', { upgrade: 'websocket' }],
  ])('with %s is refused', async (_, headers) => {
    const server = await echo();
    expect(await verdict(doorTo(server).send(get(server.url, { headers })))).toBe('invalid_input header');
    expect(server.connections()).toBe(0);
  });

  it('whose names only look like members of every object is sent as it is', async () => {
    const server = await serve((request, answer) => {
      answer
        .setHeader('__proto__', 'a')
        .setHeader('constructor', ['b', 'c'])
        .setHeader('x', String(request.headers['x']));
      answer.end(JSON.stringify(request.rawHeaders.filter((name) => name.startsWith('__'))));
    });
    const headers = JSON.parse('{"__proto__":"1","x":"2"}') as Record<string, string>;
    const answer = await doorTo(server).send(get(server.url, { headers }));
    expect(Object.entries(answer.headers).filter(([name]) => /^(_|c.*r$|x)/.test(name))).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b,c'],
      ['x', '2'],
    ]);
    expect(text(answer.body)).toBe('["__proto__"]');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('a URL', () => {
  it.each([
    ['file:///etc/passwd', 'invalid_input scheme'],
    ['gopher://example.com/', 'invalid_input scheme'],
    ['ftp://example.com/', 'invalid_input scheme'],
    ['ws://example.com/', 'invalid_input scheme'],
    ['data:text/plain,x', 'invalid_input scheme'],
    ['javascript:1', 'invalid_input scheme'],
    ['blob:http://example.com/x', 'invalid_input scheme'],
    ['unix:/var/run/docker.sock', 'invalid_input scheme'],
    ['', 'invalid_input url'],
    ['example.com/path', 'invalid_input url'],
    ['/path', 'invalid_input url'],
    ['http://', 'invalid_input url'],
    ['http://a b.example/', 'invalid_input url'],
    ['http://[::1%25eth0]/', 'invalid_input url'],
    ['http://1.2.3.256/', 'invalid_input url'],
    ['http://shop.example:99999/', 'invalid_input url'],
    ['http://shop.example/\r\nx-evil: 1', 'invalid_input url'],
    ['http://shop.example/a\nb', 'invalid_input url'],
    ['http://shop.example/a\tb', 'invalid_input url'],
    ['http://shop.example/a\0b', 'invalid_input url'],
    ['http://shop\n.example/', 'invalid_input url'],
    ['http://user:pass@shop.example/', 'invalid_input credentials'],
    ['http://user@shop.example/', 'invalid_input credentials'],
    ['http://:pass@shop.example/', 'invalid_input credentials'],
    ['http://shop.example\\@evil.example/', 'forbidden blocked_address'],
  ])('%j is refused: %s', async (url, expected) => {
    const lookup = names({ 'shop.example': ['127.0.0.1'], 'evil.example': ['127.0.0.1'] });
    expect(await verdict(door({ lookup }).send(get(url)))).toBe(expected);
  });

  it.each([0, 21, 22, 23, 25, 53, 110, 143, 445, 465, 587, 3306, 5432, 6379, 11211, 27017])(
    'with the port %i is refused, on an allowed host too',
    async (port) => {
      const http = door({ allowedPrivateHosts: ['127.0.0.1'] });
      expect(await verdict(http.send(get(`http://127.0.0.1:${port}/`)))).toBe('forbidden blocked_port');
    },
  );

  it('that holds a visitor’s words reaches only the origin it was written for', async () => {
    const crm = await echo();
    const http = door({
      allowedPrivateHosts: ['127.0.0.1', 'crm.lan'],
      lookup: names({ 'crm.lan': ['127.0.0.1'] }),
    });
    const visit = (words: string) =>
      http.send(get(`http://crm.lan:${crm.port}${words}`, { onlyOrigin: `http://crm.lan:${crm.port}` }));
    expect((await visit('/orders/17')).status).toBe(200);
    const outcomes = ['0/', '.evil.example/', '@127.0.0.1/', '@evil.example/'].map((words) =>
      verdict(visit(words)),
    );
    expect(await Promise.all(outcomes)).toEqual([
      'invalid_input url',
      'invalid_input url',
      'invalid_input credentials',
      'invalid_input credentials',
    ]);
    const other: HttpRequest = get(crm.url, { onlyOrigin: `http://crm.lan:${crm.port}` });
    expect(await refusal(http.send(other))).toEqual({
      code: 'forbidden',
      message: `${crm.host} is not the host this request was written for. Nothing was sent.`,
      details: { reason: 'other_host' },
    });
  });
});

describe('a refusal', () => {
  it('says what, whom and what now, and nothing about addresses, ports inside, paths, queries or credentials', async () => {
    const inside = { 'shop.example': ['10.1.2.3'], 'closed.example': ['127.0.0.1'] };
    const http = door({ lookup: names(inside), allowedPrivateHosts: ['closed.example'] });
    const tail = '/path-secret?key=query-secret#hash-secret';
    const closed = await serveRaw(() => {});
    const refusals = await Promise.all(
      [
        `https://shop.example${tail}`,
        `https://nowhere.example${tail}`,
        `http://closed.example:1${tail}`,
        `ftp://name:password-secret@shop.example${tail}`,
        `http://name:password-secret@shop.example${tail}`,
        `http://name:password-secret@shop.example:x${tail}`,
        `http://closed.example:${closed.port}${tail}`,
      ].map((url) => refusal(http.send(get(url, { firstByteMs: 100 })))),
    );
    expect(refusals).toEqual([
      {
        code: 'forbidden',
        message:
          'shop.example is not on the public internet. Nothing was sent. Whoever runs this installation can allow it by name in ALLOWED_PRIVATE_HOSTS.',
        details: { reason: 'blocked_address' },
      },
      {
        code: 'unavailable',
        message: 'nowhere.example could not be found by its name. Check the spelling, or try again later.',
        details: { reason: 'dns' },
      },
      {
        code: 'forbidden',
        message: 'closed.example:1 uses a port that does not belong to the web. Nothing was sent.',
        details: { reason: 'blocked_port' },
      },
      {
        code: 'invalid_input',
        message: 'shop.example has no http or https URL, and no other kind can be requested.',
        details: { reason: 'scheme' },
      },
      {
        code: 'invalid_input',
        message: 'shop.example has a user name or password in its URL. Send them in a header.',
        details: { reason: 'credentials' },
      },
      {
        code: 'invalid_input',
        message: 'The address cannot be read as a URL. Write it like https://example.com/path.',
        details: { reason: 'url' },
      },
      {
        code: 'unavailable',
        message: `closed.example:${closed.port} did not begin to answer within 0.1 seconds. The request was ended; try again later.`,
        details: { reason: 'timeout' },
      },
    ]);
  });
});
