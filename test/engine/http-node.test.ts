import { fromFile, problems } from '@crmflow/core';
import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { doorTo, serve } from '../http/support.ts';

const start = { id: 'start', type: 'trigger' } as const;
const ask = { id: 'ask', type: 'listen', data: { prompt: 'Which?', saveAs: 'o' } } as const;
const say = (id: string, text: string) => ({ id, type: 'speak', data: { text } }) as const;
const asking = (data: object) => ({
  nodes: [
    start,
    ask,
    { id: 'call', type: 'integration', data } as const,
    say('ok', 'Found.'),
    say('sorry', '{{ error.message }}'),
  ],
  edges: ['start -> ask', 'ask -> call', 'call -> ok', 'call.error -> sorry'],
});

/** Asks a server on loopback at an address that a visitor's answer fills; what was asked for, and what was said last. */
async function filled(path: string, answer: string) {
  const asked: string[] = [];
  const server = await serve((request, response) => {
    asked.push(request.url!);
    response.end('{}');
  });
  const talk = await converse(asking({ url: server.url + path }), { http: doorTo(server) });
  await talk.user(answer);
  return { asked, last: talk.said().at(-1) };
}

describe("a visitor's words in the address of a request", () => {
  it.each([
    [
      '/api/orders/{{ o }}?fields=status',
      '../../admin/users/1?role=admin#',
      '/api/orders/..%2F..%2Fadmin%2Fusers%2F1%3Frole%3Dadmin%23?fields=status',
    ],
    ['/s?key=abc&q={{ o }}', 'x&key=other&admin=1', '/s?key=abc&q=x%26key%3Dother%26admin%3D1'],
    ['/{{ message }}', '/a\\b;c', '/%2Fa%5Cb%3Bc'],
    ['/{{ o | upcase }}/{{ "a b" }}', 'ä/ß', '/%C3%84%2FSS/a%20b'],
    ['/{% if o contains "/" %}{{ o }}{% endif %}', '%2e/x', '/%252e%2Fx'],
    ['/{% capture q %}x/{{ o }}{% endcapture %}{{ q }}', 'a/b', '/x%2Fa%2Fb'],
    ['/{% for part in o %}{{ part }}{% endfor %}{% assign p = o | append: "/" %}{{ p }}', 'a', '/aa%2F'],
    ['/{{ o | split: "" | first }}', '😀', '/%EF%BF%BD'],
  ])('fill %s with %j as one piece that stays in its place', async (path, answer, url) => {
    expect(await filled(path, answer)).toEqual({ asked: [url], last: 'bot: Found.' });
  });

  it.each([
    ['/api/orders/{{ o }}', '..'],
    ['/api/orders/{{ o }}/lines', '.'],
    ['/api/orders/.{{ o }}?x=1', '.'],
    ['/api/orders/.%2{{ o }}', 'e'],
  ])('that would lead %s elsewhere as %j are refused, and nothing is sent', async (path, answer) => {
    expect(await filled(path, answer)).toEqual({
      asked: [],
      last: 'bot: The address of the request has . or .. as a piece of its path with what it was filled with; that would lead elsewhere.',
    });
  });

  it('may not be the address, or its host', () => {
    for (const url of ['{{ o }}', 'https://{{ o }}/', 'https://{{ o }}.example.com/', 'https:{{ o }}'])
      expect(problems(fromFile({ name: 'w', ...asking({ url }) }, 'w'))).toContainEqual(
        expect.objectContaining({
          message: 'call, url: it must begin with https:// or http:// and a host that is written out',
        }),
      );
  });
});

describe('an answer that is none of the good ones', () => {
  const results = { problem: 'message', code: '$status' };
  const answering = (data: object, text: string) => ({
    nodes: [start, { id: 'call', type: 'integration', data } as const, say('sorry', text)],
    edges: ['start -> call', 'call.error -> sorry'],
  });

  it('leaves by error with its status, and with the results that were asked for', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(422, { 'content-type': 'application/json' });
      response.end('{"message": "The e-mail is taken."}');
    });
    const talk = await converse(
      answering({ url: server.url, results }, '{{ error.status }} {{ code }}: {{ problem }}'),
      { http: doorTo(server) },
    );
    expect(talk.said()).toEqual(['bot: 422 422: The e-mail is taken.']);
    expect((await talk.session()).variables).toEqual({
      problem: 'The e-mail is taken.',
      code: 422,
      error: {
        code: 'provider_failed',
        message: `${server.host} answered 422.`,
        node: 'call',
        status: 422,
      },
    });
  });

  it.each([
    ['text/html', '<h1>Log in</h1>', { ref: 'ref' }, '127.0.0.1 answered 200 with what is no JSON'],
    ['application/json', '"done"', { ref: 'ref' }, '127.0.0.1 answered 200 with what is no JSON'],
    ['application/json', '{"other": 1}', { ref: 'ref' }, 'null'],
    ['text/plain', 'done', { ref: '.', code: '$status' }, 'done'],
    ['text/plain', '', { ref: 'ref' }, 'null'],
  ])(
    'is also a good status with %s that has no parts: %s, of which %j is asked',
    async (type, body, wanted, said) => {
      const server = await serve((_request, response) =>
        response.writeHead(200, { 'content-type': type }).end(body),
      );
      const talk = await converse(
        {
          nodes: [
            start,
            { id: 'call', type: 'integration', data: { url: server.url, results: wanted } },
            say('ok', '{% if ref == nil %}null{% else %}{{ ref }}{% endif %}'),
            say('sorry', '{{ error.message }}'),
          ],
          edges: ['start -> call', 'call -> ok', 'call.error -> sorry'],
        },
        { http: doorTo(server) },
      );
      expect(talk.said()[0]!.replace(/:\d+ /, ' ')).toContain(`bot: ${said}`);
    },
  );

  it('is told of the host that was asked, whatever it redirects to', async () => {
    const inside = await serve((_request, response) => response.writeHead(500).end('secret'));
    const server = await serve((_request, response) =>
      response.writeHead(302, { location: inside.url }).end(),
    );
    const talk = await converse(
      answering({ url: server.url, retries: 0 }, '{{ error.message }} {{ error.status }}'),
      { http: doorTo(server, inside) },
    );
    expect(talk.said()).toEqual([`bot: ${server.host} answered 500. 500`]);
  });

  it('has no status and no results when none came', async () => {
    const talk = await converse(
      answering(
        { url: 'https://example.com/', retries: 0, results },
        '{{ error.code }}{{ error.status }}{{ code }}',
      ),
    );
    expect(talk.said()).toEqual(['bot: unavailable']);
  });
});
