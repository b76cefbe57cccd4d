import { describe, expect, it } from 'vitest';
import { heard, reasonOf, SPOKEN, textOf } from './kit.ts';
import type { Answer } from './wire.ts';

/** For what never comes. */
const AT_ONCE = { firstPartMs: 250, idleMs: 150 };

const OVERLOADED = JSON.stringify({ error: { code: 503, message: 'Come back.', status: 'UNAVAILABLE' } });

/** What goes wrong, the reason it is given, what was given before, and how often it was asked. */
const FAILURES: [title: string, answer: Answer, reason: string, given: string, tries: number][] = [
  ['ends cleanly before its first word', { finish: null }, 'cut', '', 3],
  ['ends cleanly in the middle', { texts: ['Ten'], finish: null }, 'cut', 'Ten', 1],
  ['ends in the middle of an event', { texts: ['Ten'], finish: null, raw: 'data: {"a' }, 'cut', 'Ten', 1],
  ['resets before its first word', { finish: null, end: 'reset' }, 'cut', '', 3],
  ['resets in the middle', { texts: ['Ten'], finish: null, end: 'reset' }, 'cut', 'Ten', 1],
  ['stalls before its first word', { finish: null, end: 'stall' }, 'late', '', 1],
  ['stalls in the middle', { texts: ['Ten'], finish: null, end: 'stall' }, 'late', 'Ten', 1],
  ['drips', { texts: ['Ten years.'], bytesAtOnce: 1, everyMs: 40 }, 'late', '', 1],
  ['breaks an event at once', { finish: null, raw: 'data: {"a": [\n\n' }, 'malformed', '', 3],
  ['breaks an event later', { texts: ['Ten'], finish: null, raw: 'data: {]\n\n' }, 'malformed', 'Ten', 1],
  [
    'sends numbers for words',
    { finish: null, raw: 'data: {"choices": 5, "candidates": 5}\n\n' },
    'malformed',
    '',
    3,
  ],
  [
    'fails in the middle',
    { texts: ['Ten'], finish: null, raw: `data: ${OVERLOADED}\n\n` },
    'overloaded',
    'Ten',
    1,
  ],
  ['shows a page', { body: '<h1>Welcome</h1>' }, 'malformed', '', 3],
  ['shows the page of a failed proxy', { status: 502, body: '<h1>Bad gateway</h1>' }, 'overloaded', '', 3],
  ['answers 500', { status: 500 }, 'overloaded', '', 3],
  ['answers 503', { status: 503 }, 'overloaded', '', 3],
  ['answers 504', { status: 504 }, 'late', '', 3],
  ['answers 429', { status: 429 }, 'rate_limited', '', 3],
  ['answers 401', { status: 401 }, 'key_refused', '', 1],
  ['answers 403', { status: 403 }, 'key_refused', '', 1],
  ['knows no such model', { status: 404, code: 'model_not_found' }, 'no_model', '', 1],
  ['has nothing at this address', { status: 404, body: '<h1>Nothing here</h1>' }, 'unreachable', '', 1],
  ['is out of credit', { status: 402 }, 'rate_limited', '', 1],
  ['finds the request too large', { status: 413 }, 'refused', '', 1],
  ['stops for its own rules', { texts: ['Ten'], finish: 'blocked' }, 'blocked', 'Ten', 1],
  ['comes to the end of its tokens', { texts: ['Ten'], finish: 'length' }, 'too_long', 'Ten', 1],
  ['has nothing to say', {}, 'malformed', '', 3],
  ['compresses in a way of its own', { headers: { 'content-encoding': 'own' } }, 'malformed', '', 3],
];

describe.each(Object.entries(SPOKEN))('%s', (_name, open) => {
  it.each(FAILURES)('names what happened when the provider %s', async (_, answer, reason, given, tries) => {
    const { firstPartMs, idleMs } = AT_ONCE;
    const limits = given ? { idleMs } : { firstPartMs, idleMs };
    const { provider, server } = await open({ answers: [answer], ...(reason === 'late' && { limits }) });
    const { parts, refusal } = await heard(provider);
    expect([reasonOf(refusal), textOf(parts), server.requests.length]).toEqual([reason, given, tries]);
    expect(parts.some(({ kind }) => kind === 'done')).toBe(false);
  });

  it.each([
    ['in many pieces', { texts: Array<string>(40).fill('x'.repeat(1_000)) }],
    ['in one piece without an end', { finish: null, raw: `data: ${'x'.repeat(40_000)}`, end: 'stall' }],
  ] satisfies [string, Answer][])('reads no more of a huge answer %s than it may', async (_, answer) => {
    const { provider, server } = await open({ answers: [answer], limits: { maxBytes: 20_000 } });
    const { refusal } = await heard(provider);
    expect([reasonOf(refusal), server.requests.length]).toEqual(['too_long', 1]);
    expect(refusal?.message).toMatch(/too large to be read to its end/);
  });

  it('says what an answer cost that came to no good end', async () => {
    const { provider } = await open({
      answers: [{ texts: ['Ten'], finish: 'length', usage: { inputTokens: 900, outputTokens: 100 } }],
    });
    const { refusal } = await heard(provider);
    expect(refusal).toMatchObject({
      code: 'provider_failed',
      message: expect.stringMatching(
        /did not finish its answer within 100 tokens\. Allow more, or ask for less\.$/,
      ),
      details: { reason: 'too_long', usage: { inputTokens: 900, outputTokens: 100 } },
    });
  });

  it('asks for another key when the provider refuses this one', async () => {
    const { provider } = await open({ key: 'wrong-key' });
    for (const refusal of [(await heard(provider)).refusal, await checked(provider)])
      expect(refusal).toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(/refuses the key\. Store another: crmflow keys set \w+$/),
        details: { reason: 'key_refused' },
      });
  });

  it('refuses a key that no header can carry', async () => {
    const { provider, server } = await open({ key: 'with\nbreak' });
    expect(reasonOf((await heard(provider)).refusal)).toBe('key_refused');
    expect(server.connections()).toBe(0);
  });
});

async function checked(provider: { check(signal: AbortSignal): Promise<void> }) {
  const error: unknown = await provider.check(new AbortController().signal).catch((cause: unknown) => cause);
  return (error as { toJSON?: () => { details?: unknown } }).toJSON?.() ?? null;
}
