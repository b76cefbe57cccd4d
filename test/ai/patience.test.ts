import { describe, expect, it } from 'vitest';
import { heard, never, now, question, reasonOf, SPOKEN, textOf } from './kit.ts';

const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toUTCString();

describe.each(Object.entries(SPOKEN))('%s', (_name, open) => {
  it('asks again after a while, twice as long each time, until it is answered', async () => {
    const { provider, waits, server } = await open({
      answers: [{ status: 503 }, { finish: null, end: 'reset' }, { texts: ['Ten ', 'years.'] }],
    });
    const { parts, refusal } = await heard(provider);
    expect([textOf(parts), refusal, waits, server.requests.length]).toEqual([
      'Ten years.',
      null,
      [500, 1000],
      3,
    ]);
  });

  it('counts what an empty answer cost before the one that was given', async () => {
    const usage = { inputTokens: 900, outputTokens: 40 };
    const { provider } = await open({ answers: [{ usage }, { texts: ['Yes.'], usage }] });
    expect((await heard(provider)).parts.at(-1)).toEqual({
      kind: 'done',
      usage: { inputTokens: 1_800, outputTokens: 80 },
    });
    const silent = await open({ answers: [{ usage }] });
    expect((await heard(silent.provider)).refusal?.details).toEqual({
      reason: 'malformed',
      usage: { inputTokens: 2_700, outputTokens: 120 },
    });
  });

  it('does not wait for long to find out whether a key is taken', async () => {
    const { provider } = await open({ besides: { end: 'stall' }, limits: { checkMs: 100 } });
    await expect(provider.check(never)).rejects.toMatchObject({ details: { reason: 'late' } });
  });

  it('waits for a different while each time it is asked, never less than half', async () => {
    const { provider, waits } = await open({ answers: [{ status: 500 }], random: () => 0 });
    await heard(provider);
    expect(waits).toEqual([250, 500]);
  });

  it.each([
    ['in seconds', '3', 3_000],
    ['as a date', new Date(now.getTime() + 9_000).toUTCString(), 9_000],
    ['as a date that has passed', inMinutes(-5), 0],
    ['in no way that can be read', 'soon', 500],
  ])('waits as long as the provider says %s', async (_, header, waitMs) => {
    const { provider, waits } = await open({
      answers: [{ status: 429, headers: { 'retry-after': header } }, { texts: ['Yes.'] }],
    });
    expect([textOf((await heard(provider)).parts), waits]).toEqual(['Yes.', [waitMs]]);
  });

  it.each([
    ['300', 'Try again in 5 minutes.', 300_000],
    ['45', 'Try again in 45 s.', 45_000],
    [inMinutes(60), 'Try again in 60 minutes.', 3_600_000],
  ])('fails at once when it is to wait for %s', async (header, sentence, retryAfterMs) => {
    const { provider, waits, server } = await open({
      answers: [{ status: 429, headers: { 'retry-after': header } }],
    });
    const { refusal } = await heard(provider);
    expect(refusal).toMatchObject({
      code: 'rate_limited',
      message: expect.stringContaining(sentence),
      details: { reason: 'rate_limited', retryAfterMs },
    });
    expect([waits, server.requests.length]).toEqual([[], 1]);
  });

  it('is over in its time, however often a provider shows that it is still at work', async () => {
    const { provider, server } = await open({
      answers: [{ texts: Array<string>(300).fill('and '), bytesAtOnce: 200, everyMs: 20 }],
      limits: { totalMs: 800 },
    });
    const { refusal } = await heard(provider);
    expect([reasonOf(refusal), await server.requests[0]!.closed]).toEqual(['late', 'abandoned']);
    expect(refusal?.message).toMatch(/was not done within 0.8 seconds/);
  });

  it('closes the connection at once when the caller gives up', async () => {
    const { provider, server } = await open({ answers: [{ texts: ['Ten'], finish: null, end: 'stall' }] });
    const caller = new AbortController();
    const parts = provider.stream(question, caller.signal)[Symbol.asyncIterator]();
    await parts.next();
    const next = parts.next();
    caller.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
    expect(await server.requests[0]!.closed).toBe('abandoned');
    expect(await parts.next()).toEqual({ done: true, value: undefined });
  });

  it('closes the connection when nobody listens any more', async () => {
    const { provider, server } = await open({ answers: [{ texts: ['Ten'], finish: null, end: 'stall' }] });
    for await (const part of provider.stream(question, never)) {
      expect(part).toEqual({ kind: 'text', text: 'Ten' });
      break;
    }
    expect(await server.requests[0]!.closed).toBe('abandoned');
  });

  it('gives up while it waits for another try', async () => {
    const caller = new AbortController();
    const { provider, server } = await open({
      answers: [{ status: 503 }],
      sleep: async (_ms, signal) => {
        caller.abort();
        signal.throwIfAborted();
      },
    });
    await expect(heard(provider, {}, caller.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.requests.length).toBe(1);
  });

  it('asks nothing for a caller who is gone already', async () => {
    const { provider, server } = await open();
    await expect(heard(provider, {}, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.connections()).toBe(0);
  });
});

it('waits as long as Google says in its own way', async () => {
  const { provider, waits } = await SPOKEN.gemini({
    answers: [{ status: 429, headers: { 'x-retry-delay': '7.5s' } }, { texts: ['Yes.'] }],
  });
  expect([textOf((await heard(provider)).parts), waits]).toEqual(['Yes.', [7_500]]);
});

it('does not ask again when the quota of the account is used up', async () => {
  const { provider, server } = await SPOKEN.openai({
    answers: [{ status: 429, code: 'insufficient_quota' }],
  });
  const { refusal } = await heard(provider);
  expect([refusal?.message, server.requests.length]).toEqual([
    'OpenAI takes no more requests for now. The quota of its account is used up.',
    1,
  ]);
});
