import { describe, expect, it } from 'vitest';
import { createProviders } from '../../packages/core/src/adapters/ai/providers.ts';
import { door, doorTo } from '../http/support.ts';
import { heard, never, now, question, reasonOf, SPOKEN } from './kit.ts';
import { geminiServer } from './gemini-server.ts';
import { openaiServer } from './openai-server.ts';
import type { Answer } from './wire.ts';

const clock = { now: () => now };
const SERVERS: Record<string, typeof geminiServer> = { gemini: geminiServer, openai: openaiServer };

describe.each(Object.entries(SPOKEN))('%s', (name, open) => {
  it.each([301, 302, 303, 307, 308])(
    'takes neither key nor question to where it is redirected by %i',
    async (status) => {
      const elsewhere = await SERVERS[name]!();
      const asked = await SERVERS[name]!({
        answers: [{ status, headers: { location: `${elsewhere.url}/v1/chat/completions` }, body: '' }],
        besides: { status, headers: { location: elsewhere.url }, body: '' },
      });
      const providers = createProviders({
        http: doorTo(asked, elsewhere),
        clock,
        baseUrls: { gemini: asked.url, openai: `${asked.url}/v1` },
      });
      const provider = providers.open(name, { parts: { key: 'test-key' }, host: null })!;
      const { refusal } = await heard(provider);
      expect([refusal?.code, reasonOf(refusal), elsewhere.connections()]).toEqual([
        'unavailable',
        'unreachable',
        0,
      ]);
      for (const work of [
        () => provider.embed!.vectors(['a'], 'passage', never),
        () => provider.check(never),
      ])
        await expect(work()).rejects.toMatchObject({ details: { reason: 'unreachable' } });
      expect([asked.requests.length, elsewhere.connections()]).toEqual([3, 0]);
    },
  );

  it('reaches no private server that is not allowed, and says who can allow it', async () => {
    const near = await SERVERS[name]!();
    const providers = createProviders({
      http: door(),
      clock,
      baseUrls: { gemini: near.url, openai: `${near.url}/v1` },
    });
    const { refusal } = await heard(providers.open(name, { parts: { key: 'test-key' }, host: null })!);
    expect(refusal?.message).toMatch(/not on the public internet.*ALLOWED_PRIVATE_HOSTS/);
    expect([refusal?.code, reasonOf(refusal), near.connections()]).toEqual(['unavailable', 'unreachable', 0]);
  });

  const KEY = 'test-key';
  const QUESTION = 'My card is 4111 1111 1111 1111, is it charged?';
  const SAYING: [string, Answer][] = [400, 401, 403, 404, 413, 422, 429, 500, 503].flatMap((status) => [
    [
      `${status} with the key`,
      { status, message: `The key ${KEY} of https://user:pw@api.example.com/x?key=${KEY}\nis wrong.` },
    ],
    [`${status} with the question`, { status, message: `Cannot answer: ${QUESTION}` }],
    [`${status} with a book`, { status, message: 'No. '.repeat(1_000) }],
    [`${status} with a page`, { status, body: `<p>${KEY} ${QUESTION}</p>` }],
  ]);
  it.each(SAYING)('repeats nothing secret of an answer %s', async (_, answer) => {
    const { provider, server } = await open({ answers: [answer] });
    const { refusal } = await heard(provider, { messages: [{ role: 'user', text: QUESTION }] });
    const told = JSON.stringify(refusal);
    for (const secret of [KEY, '4111', 'example.com', 'pw@', server.host]) expect(told).not.toContain(secret);
    expect(refusal!.message.length).toBeLessThan(320);
    expect(refusal!.message).not.toMatch(/\n/);
  });

  it('repeats no question, however short', async () => {
    const { provider } = await open({ answers: [{ status: 400, message: 'Cannot answer "hunter2".' }] });
    const { refusal } = await heard(provider, { messages: [{ role: 'user', text: 'hunter2' }] });
    expect(refusal?.message).toMatch(/ refuses the request: it answers 400\.$/);
  });

  it('tells the owner in the words of the provider what is wrong with a request', async () => {
    const { provider } = await open({ answers: [{ status: 400, message: 'maxTokens must be\npositive' }] });
    expect((await heard(provider)).refusal).toMatchObject({
      message: expect.stringMatching(/ refuses the request: maxTokens must be positive\.$/),
      details: { reason: 'refused' },
    });
  });

  it('leaves the fetch of everybody else alone', async () => {
    const own = globalThis.fetch;
    const { provider } = await open();
    const parts = provider.stream(question, never)[Symbol.asyncIterator]();
    for (let next = parts.next(), isDone = false; !isDone; next = parts.next()) {
      expect(globalThis.fetch).toBe(own);
      isDone = (await next).done ?? false;
    }
    expect(globalThis.fetch).toBe(own);
  });
});

it.each(['../../v1beta/files', 'a/../../b', 'x?key=1', 'models/../x', '', '.', 'a#b', 'a:b', 'a%2e'])(
  'asks Gemini for no model whose name is a way to somewhere else: %j',
  async (model) => {
    const { provider, server } = await SPOKEN.gemini();
    expect(reasonOf((await heard(provider, { model })).refusal)).toBe('no_model');
    expect(server.connections()).toBe(0);
  },
);

describe('a server of the owner', () => {
  it('is asked with its own key or none, for the models that are named beside it', async () => {
    const ollama = await openaiServer({ key: '' });
    const providers = createProviders({ http: doorTo(ollama), clock });
    const open = (parts: Record<string, string>) => providers.open('openai', { parts, host: null })!;
    const bare = open({ baseUrl: `${ollama.url}/v1/` });
    expect([bare.embed, bare.transcribe]).toEqual([undefined, undefined]);
    expect((await heard(bare)).refusal).toBe(null);
    expect(ollama.requests[0]).toMatchObject({ path: '/v1/chat/completions', body: { max_tokens: 100 } });
    const named = open({
      baseUrl: `${ollama.url}/v1`,
      model: 'llama3.2',
      embeddingModel: 'nomic-embed-text',
    });
    expect([named.defaultModel, named.embed?.model]).toEqual(['llama3.2', 'nomic-embed-text']);
  });

  it.each(['not a url', 'ftp://example.com', 'http://user:pw@example.com/v1', 'http://example.com:25/v1'])(
    'is not asked at a base URL that cannot be used: %s',
    async (baseUrl) => {
      const providers = createProviders({ http: door(), clock });
      const provider = providers.open('openai', { parts: { key: 'k', baseUrl }, host: null })!;
      const { refusal } = await heard(provider);
      expect(refusal?.message).toMatch(/has a base URL that cannot be used\. Store another one/);
      expect(reasonOf(refusal)).toBe('unreachable');
    },
  );
});

it('knows no other providers', () => {
  const providers = createProviders({ http: door(), clock });
  expect(providers.names).toEqual(['gemini', 'openai']);
  expect(providers.open('constructor', { parts: { key: 'k' }, host: null })).toBe(null);
});
