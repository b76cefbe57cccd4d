import { describe, expect, it } from 'vitest';
import { door, doorTo, get, names, refusal, serve, text, verdict } from './support.ts';

/** A server where `/to?status=…&url=…` redirects and everything else answers with what it was asked. */
const bouncer = () =>
  serve(async (request, answer) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (pathname === '/to') {
      const location = searchParams.get('url') ?? '';
      answer.writeHead(Number(searchParams.get('status') ?? 302), { location }).end('moved');
      return;
    }
    const { method, headers } = request;
    answer.end(
      JSON.stringify({ method, path: request.url, headers, body: Buffer.concat(chunks).toString() }),
    );
  });

const to = (url: string, status = 302) => `/to?status=${status}&url=${encodeURIComponent(url)}`;
const json = (body: Uint8Array) => JSON.parse(text(body)) as Record<string, unknown>;

describe('a redirect', () => {
  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [307, 'POST', 'POST', 'order'],
    [308, 'POST', 'POST', 'order'],
    [301, 'PUT', 'PUT', 'order'],
    [303, 'PUT', 'GET', ''],
    [303, 'DELETE', 'GET', ''],
  ])('with %i turns a %s into a %s with the body "%s"', async (status, method, next, body) => {
    const server = await bouncer();
    const headers = { 'content-type': 'text/plain', 'content-language': 'en', 'x-kept': 'yes' };
    const url = `${server.url}${to('end?a=1', status)}`;
    const answer = await doorTo(server).send({ method, url, headers, body: 'order' });
    const { headers: seen, ...rest } = json(answer.body);
    expect(rest).toEqual({ method: next, path: '/end?a=1', body });
    expect(seen).toMatchObject({ 'x-kept': 'yes' });
    expect('content-type' in (seen as object)).toBe(body !== '');
    expect('content-language' in (seen as object)).toBe(body !== '');
    expect(answer.url).toBe(`${server.url}/end?a=1`);
  });

  it('of a HEAD stays a HEAD', async () => {
    const server = await bouncer();
    const answer = await doorTo(server).send({ method: 'HEAD', url: `${server.url}${to('/end', 303)}` });
    expect([answer.status, answer.url, answer.body.byteLength]).toEqual([200, `${server.url}/end`, 0]);
  });

  it.each([
    ['300', 300, 'http://127.0.0.1:1/'],
    ['304', 304, 'http://127.0.0.1:1/'],
  ])('is not what %s is', async (_, status, url) => {
    const server = await bouncer();
    expect((await doorTo(server).send(get(`${server.url}${to(url, status)}`))).status).toBe(status);
  });

  it('without a location is an answer', async () => {
    const server = await serve((_, answer) => answer.writeHead(302).end('where?'));
    const answer = await doorTo(server).send(get(server.url));
    expect([answer.status, text(answer.body)]).toEqual([302, 'where?']);
  });

  it('keeps all headers on the same origin', async () => {
    const server = await bouncer();
    const headers = { authorization: 'Bearer 1', cookie: 'a=1', 'x-api-key': '2', 'x-tenant': '3' };
    const answer = await doorTo(server).send(get(`${server.url}${to('/end')}`, { headers }));
    expect(json(answer.body).headers).toMatchObject(headers);
  });

  it('to another origin leaves credentials and marked headers behind, also on the way back', async () => {
    const [first, second] = [await bouncer(), await bouncer()];
    const headers = {
      Authorization: 'Bearer 1',
      Cookie: 'a=1',
      'Proxy-Authorization': 'Basic 1',
      'X-API-Key': '1',
      'xi-api-key': '1',
      'X-Auth-Token': '1',
      'X-Tenant': 'marked',
      'Idempotency-Key': 'step-1',
      'X-Language': 'en',
    };
    const visit = (path: string) =>
      doorTo(first, second).send(get(`${first.url}${path}`, { headers, secretHeaders: ['x-TENANT'] }));
    const there = json((await visit(to(`${second.url}/end`))).body);
    const back = json((await visit(to(`${second.url}${to(`${first.url}/end`)}`))).body);
    const own = {
      connection: 'keep-alive',
      'user-agent': 'CRMFlow',
      accept: '*/*',
      'accept-encoding': 'gzip, deflate, br',
    };
    const kept = { ...own, 'idempotency-key': 'step-1', 'x-language': 'en' };
    expect(there.headers).toEqual({ ...kept, host: second.host });
    expect(back.headers).toEqual({ ...kept, host: first.host });
  });

  it.each([
    ['a private address', 'http://10.0.0.1/', 'forbidden blocked_address'],
    ['loopback', 'http://127.0.0.1:8099/', 'forbidden blocked_address'],
    ['loopback, spelled as a number', 'http://2130706433:8099/', 'forbidden blocked_address'],
    ['the metadata service', 'http://169.254.169.254/latest/meta-data/', 'forbidden blocked_address'],
    ['the metadata service by name', 'http://metadata.google.internal/', 'forbidden blocked_address'],
    ['another host, written without a scheme', '//[::1]/', 'forbidden blocked_address'],
    ['a name that resolves inside', 'http://inside.example/', 'forbidden blocked_address'],
    ['a file', 'file:///etc/passwd', 'forbidden scheme'],
    ['gopher', 'gopher://example.com/_x', 'forbidden scheme'],
    ['data', 'data:text/plain,x', 'forbidden scheme'],
    ['a script', 'javascript:alert(1)', 'forbidden scheme'],
    ['a user name', 'https://user:pass@example.com/', 'forbidden credentials'],
    ['a mail port', 'https://example.com:25/', 'forbidden blocked_port'],
    ['Redis', 'http://example.com:6379/', 'forbidden blocked_port'],
    ['no URL at all', 'http://', 'forbidden url'],
  ])('to %s is refused', async (_, target, expected) => {
    const server = await bouncer();
    const http = door({
      allowedPrivateHosts: [server.host],
      lookup: names({ 'inside.example': ['10.0.0.1'] }),
    });
    expect(await verdict(http.send(get(`${server.url}${to(target)}`)))).toBe(expected);
  });

  it('to a private server on loopback makes no connection, and the refusal does not name it', async () => {
    const [server, inside] = [await bouncer(), await bouncer()];
    const refused = await refusal(doorTo(server).send(get(`${server.url}${to(`${inside.url}/secret`)}`)));
    expect(refused).toEqual({
      code: 'forbidden',
      message: `A page that ${server.host} redirected to is not on the public internet. Nothing was sent. Whoever runs this installation can allow it by name in ALLOWED_PRIVATE_HOSTS.`,
      details: { reason: 'blocked_address' },
    });
    expect(inside.connections()).toBe(0);
  });

  it('to a path that its server did not escape is read as UTF-8', async () => {
    const server = await serve((request, answer) => {
      if (request.url !== '/') return answer.end(request.url);
      answer.writeHead(302, { location: Buffer.from('/größe').toString('latin1') }).end();
    });
    expect(text((await doorTo(server).send(get(server.url))).body)).toBe('/gr%C3%B6%C3%9Fe');
  });

  it('is followed five times and not a sixth', async () => {
    const asked: string[] = [];
    const server = await serve((request, answer) => {
      asked.push(request.url ?? '');
      const left = Number(request.url?.slice(1));
      if (left === 0) answer.end('arrived');
      else answer.writeHead(302, { location: `/${left - 1}` }).end();
    });
    const http = doorTo(server);
    expect(text((await http.send(get(`${server.url}/5`))).body)).toBe('arrived');
    expect(asked).toEqual(['/5', '/4', '/3', '/2', '/1', '/0']);
    asked.length = 0;
    expect(await refusal(http.send(get(`${server.url}/6`)))).toEqual({
      code: 'provider_failed',
      message: `A page that ${server.host} redirected to redirects, and no more than 5 redirects are followed.`,
      details: { reason: 'redirects' },
    });
    expect(asked).toEqual(['/6', '/5', '/4', '/3', '/2', '/1']);
    expect(await verdict(http.send(get(`${server.url}/1`, { maxRedirects: 0 })))).toBe(
      'provider_failed redirects',
    );
  });

  it('with an endless page is followed without reading it', async () => {
    const server = await serve((request, answer) => {
      if (request.url === '/end') return answer.end('arrived');
      answer.writeHead(302, { location: '/end' });
      const more = () => {
        while (answer.write(Buffer.alloc(65_536))) if (answer.destroyed) return;
        answer.once('drain', more);
      };
      more();
    });
    expect(text((await doorTo(server).send(get(server.url))).body)).toBe('arrived');
  });

  it('carries no cookie from one answer to the next request', async () => {
    const server = await serve((request, answer) => {
      if (request.url === '/end') return answer.end(request.headers.cookie ?? 'none');
      answer.writeHead(302, { location: '/end', 'set-cookie': ['a=1', 'b=2'] }).end();
    });
    const http = doorTo(server);
    expect(text((await http.send(get(server.url))).body)).toBe('none');
    expect(text((await http.send(get(`${server.url}/end`))).body)).toBe('none');
  });
});
