import { describe, expect, it } from 'vitest';
import { createLimits } from '../../packages/server/src/limits.ts';
import { ask, begin, connect, start, twoQuestions, upTo } from './kit.ts';

const again = { nodes: [start, ask('go', 'Again?')], edges: ['start -> go', 'go -> go'] };

describe('limits', () => {
  it('stop fifty messages a second in one session, say when to come back, and hinder no other', async () => {
    const { keep, connect } = await begin({ limits: createLimits() });
    const workflowId = await keep(again);
    const [flood, other] = [await connect(), await connect()];
    await flood.call('session:start', { workflowId, mode: 'auto' });
    await other.call('session:start', { workflowId, mode: 'auto' });
    const sent = upTo(50).map((at) => flood.call('user:message', { message: 'Yes', messageId: `m${at}` }));
    const refused = (await Promise.all(sent)).flatMap(({ error }) => (error ? [error] : []));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(50);
    for (const error of refused)
      expect(error).toMatchObject({ code: 'rate_limited', details: { retryAfter: expect.any(Number) } });
    expect(flood.said().filter((text) => text === 'Yes')).toHaveLength(50 - refused.length);
    expect((await other.call('user:message', { message: 'Yes' })).ok).toBe(true);
  });

  it('count the copies of one message once', async () => {
    const { keep, connect } = await begin({ limits: createLimits() });
    const workflowId = await keep(again);
    const client = await connect();
    await client.call('session:start', { workflowId, mode: 'auto' });
    const copies = upTo(50).map(() => client.call('user:message', { message: 'Yes', messageId: 'one' }));
    expect((await Promise.all(copies)).every(({ ok }) => ok)).toBe(true);
    expect(client.said()).toEqual(['Again?', 'Yes', 'Again?']);
  });

  it('stop the events of one socket, of whatever kind, and hinder no other', async () => {
    const { connect } = await begin({
      limits: createLimits({ rates: { event: { points: 10, seconds: 60 } } }),
    });
    const [flood, other] = [await connect(), await connect()];
    const answers = await Promise.all(upTo(20).map((at) => flood.call(at % 2 ? 'session:end' : 'nothing')));
    const codes = answers.map(({ error }) => error!.code);
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(10);
    expect((await other.call('session:end')).error!.code).toBe('conflict');
  });

  it('stop many connections from one address, and hinder no other address', async () => {
    const limits = createLimits({ rates: { connect: { points: 3, seconds: 60 } } });
    const addressOf = ({ headers }: { headers: NodeJS.Dict<string | string[]> }) =>
      String(headers['x-address']);
    const { url } = await begin({ limits, addressOf });
    const from = (address: string) => connect(url, {}, { extraHeaders: { 'x-address': address } });
    for (const _ of upTo(3)) await from('192.0.2.1');
    await expect(from('192.0.2.1')).rejects.toThrow();
    expect((await from('192.0.2.2')).socket.connected).toBe(true);
  });

  it('believe the line, not a header, about where a connection comes from', async () => {
    const { url } = await begin({ limits: createLimits({ rates: { connect: { points: 2, seconds: 60 } } }) });
    const from = (address: string) => connect(url, {}, { extraHeaders: { 'x-forwarded-for': address } });
    for (const at of upTo(2)) await from(`192.0.2.${at}`);
    await expect(from('192.0.2.3')).rejects.toThrow();
  });

  it('stop guests who begin sessions without end, and no one who is logged in', async () => {
    const limits = createLimits({ rates: { guestStart: { points: 2, seconds: 60 } } });
    const { keep, connect, register } = await begin({ limits });
    const workflowId = await keep(twoQuestions);
    const [guest, login] = [await connect(), await connect({ token: (await register()).token })];
    const starts = async (client: typeof guest) => {
      const answers = await Promise.all(upTo(4).map(() => client.call('session:start', { workflowId })));
      return answers.map(({ ok, error }) => error?.message ?? ok);
    };
    const refused = expect.stringMatching(
      /^Too many sessions were started from this address: at most 2 a minute\. Try again in \d+ s\.$/,
    );
    expect(await starts(guest)).toEqual([true, true, refused, refused]);
    expect(await starts(login)).toEqual([true, true, true, true]);
  });

  it('let one socket hear a hundred open sessions, and forget those that are over', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep(twoQuestions);
    const client = await connect();
    const begun = await Promise.all(
      upTo(100).map(() => client.call('session:start', { workflowId, mode: 'auto' })),
    );
    const { error } = await client.call('session:start', { workflowId });
    expect(error).toMatchObject({ code: 'conflict', message: expect.stringContaining('100') });
    const first = begun[0]!.data!.session.id;
    expect((await client.call('session:end', { sessionId: first })).ok).toBe(true);
    expect((await client.call('session:start', { workflowId })).ok).toBe(true);
  });
});
