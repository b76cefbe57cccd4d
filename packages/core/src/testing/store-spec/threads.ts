import { expect, it } from 'vitest';
import type { Session } from '../../session/session.ts';
import type { NewDelivery } from '../../store.ts';
import { after, aWorld, beginning, countOf, moving, newId, type OpenStore, START } from './rows.ts';

const SMS = { kind: 'sms', peer: '+4915123456789', own: '+4930901820' } as const;
const said = (seq: number, part = 0): NewDelivery => ({
  seq,
  part,
  content: { text: `line ${seq}.${part}`, media: [] },
});

export function threadSpec(open: OpenStore): void {
  async function aThread(given: Parameters<Awaited<ReturnType<typeof aWorld>>['session']>[0] = {}) {
    const world = await aWorld(open);
    const key = newId('thread');
    const begins = { ...beginning(world.session({ channel: SMS, ...given })), thread: { key, line: null } };
    await world.store.sessions.commit(begins);
    return { ...world, ...world.store, key, begun: begins.session, sessionId: begins.session.id };
  }

  it('begins with its session, and lets no second one begin under its key', async () => {
    const { store, session } = await aWorld(open);
    const key = newId('thread');
    const begins = Array.from({ length: 10 }, () => ({
      ...beginning(session()),
      thread: { key, line: null },
    }));
    expect(await countOf(begins.map((each) => store.sessions.commit(each)))).toEqual({
      done: 1,
      refused: ['conflict'],
    });
    const id = await store.threads.find(key);
    const there = await Promise.all(begins.map((each) => store.sessions.get(each.session.id)));
    expect(there.filter(Boolean).map((each) => each!.id)).toEqual([id]);
    expect(await store.threads.get(id!)).toEqual({ sessionId: id, seq: 0 });
  });

  it('keeps how a visitor came in', async () => {
    const { store, sessionId } = await aThread();
    expect((await store.sessions.get(sessionId))!.channel).toEqual(SMS);
  });

  it('is handed over by one of many, who alone notes what is to be sent', async () => {
    const { threads, deliveries, sessionId } = await aThread();
    const taken = { sessionId, from: 0, to: 2, isOver: false };
    const claims = Array.from({ length: 10 }, (_, seq) =>
      threads.handOver({ ...taken, deliveries: [said(seq)] }),
    );
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
    expect(await threads.get(sessionId)).toEqual({ sessionId, seq: 2 });
    expect(await deliveries.list(sessionId)).toHaveLength(1);
    expect(await threads.handOver({ ...taken, from: 2, to: 5 })).toBe(true);
  });

  it('frees its key when it is over', async () => {
    const { threads, sessionId, key } = await aThread();
    expect(await threads.find(key)).toBe(sessionId);
    await threads.handOver({ sessionId, from: 0, to: 2, isOver: true });
    expect(await threads.find(key)).toBeNull();
  });

  it('is for what is said on its line, where it can hear that: the one that moved last', async () => {
    const { store, session } = await aWorld(open);
    const [line, other] = [newId('line'), newId('line')];
    const hearing = async () => (await store.threads.hearing(line, null))?.sessionId ?? null;
    async function begins(given: Partial<Session>, at = line): Promise<Session> {
      const begun = beginning(session({ channel: SMS, ...given }));
      await store.sessions.commit({ ...begun, thread: { key: newId('thread'), line: at } });
      return begun.session;
    }
    expect(await hearing()).toBeNull();
    await begins({}, other);
    await begins({ wait: { for: 'time', until: after(9_000) }, updatedAt: after(900) });
    await begins({ wait: { for: 'webhook', hook: 1 }, updatedAt: after(900) });
    expect(await hearing()).toBeNull();
    const person = await begins({ wait: { for: 'person' }, updatedAt: after(100) });
    expect(await hearing()).toBe(person.id);
    const message = await begins({ updatedAt: after(200) });
    expect(await hearing()).toBe(message.id);
    const ended: Partial<Session> = {
      status: 'finished',
      wait: null,
      outcome: 'done',
      updatedAt: after(400),
    };
    const over = await begins({ updatedAt: after(300) });
    expect(await hearing()).toBe(over.id);
    await store.sessions.commit(moving(over, 'Bye', ended));
    expect(await hearing()).toBe(message.id);
    // Moved again, it is the last one.
    await store.sessions.commit(moving(person, 'Hi', { updatedAt: after(500) }));
    expect(await hearing()).toBe(person.id);
    await store.threads.handOver({ sessionId: person.id, from: 0, to: 9, isOver: true });
    expect(await hearing()).toBe(message.id);
    // One that is at work may come to hear it, where nobody waits for it.
    const running = await begins({ status: 'running', wait: null, updatedAt: after(600) });
    expect(await hearing()).toBe(message.id);
    await store.sessions.commit(moving(message, 'Bye', ended));
    expect(await store.threads.hearing(line, null)).toEqual({ sessionId: running.id, isAtWork: true });
  });

  it('is for a message that it has taken before, as long as it is open', async () => {
    const { store, session } = await aWorld(open);
    const line = newId('line');
    const begun = [session({ channel: SMS }), session({ channel: SMS, updatedAt: after(900) })].map(
      beginning,
    );
    for (const each of begun)
      await store.sessions.commit({ ...each, thread: { key: newId('thread'), line } });
    const [first, last] = begun.map((each) => each.session);
    const taken = moving(first!, 'Hi', { wait: { for: 'time', until: after(9_000) } });
    await store.sessions.commit(taken);
    expect(await store.threads.hearing(line, taken.messageId)).toEqual({
      sessionId: first!.id,
      isAtWork: false,
    });
    expect((await store.threads.hearing(line, newId('message')))?.sessionId).toBe(last!.id);
    const ended: Partial<Session> = { status: 'finished', wait: null, outcome: 'done' };
    await store.sessions.commit(moving(taken.session, 'Bye', ended));
    expect((await store.threads.hearing(line, taken.messageId))?.sessionId).toBe(last!.id);
  });

  it('is behind as long as something was told that nobody has handed over', async () => {
    const { threads, sessions, begun, sessionId } = await aThread();
    const isBehind = async (before: string) => (await threads.behind(before, 1_000)).includes(sessionId);
    expect([await isBehind(after(-1)), await isBehind(START)]).toEqual([false, true]);
    await threads.handOver({ sessionId, from: 0, to: begun.seq, isOver: false });
    expect(await isBehind(START)).toBe(false);
    const moved = moving(begun);
    await sessions.commit(moved);
    expect(await isBehind(after(1_000))).toBe(true);
    // What is told while that is handed over is left.
    const next = moving(moved.session);
    await sessions.commit(next);
    await threads.handOver({ sessionId, from: begun.seq, to: moved.session.seq, isOver: false });
    expect(await isBehind(after(1_000))).toBe(true);
    await threads.handOver({ sessionId, from: moved.session.seq, to: next.session.seq, isOver: true });
    expect(await isBehind(after(1_000))).toBe(false);
  });

  it('sends one after the other, each taken by one of many', async () => {
    const { threads, deliveries, sessionId } = await aThread();
    const all = [said(4), said(2, 1), said(2)];
    await threads.handOver({ sessionId, from: 0, to: 5, isOver: false, deliveries: all });
    const order: string[] = [];
    for (;;) {
      const asked = Array.from({ length: 5 }, () => deliveries.next(sessionId, START, after(1_000)));
      const [taken, ...others] = (await Promise.all(asked)).filter((each) => each !== null);
      if (!taken) break;
      expect(others).toEqual([]);
      order.push(taken.content.text);
      await deliveries.settle(taken, { state: 'sent', sid: 'SM1' }, START);
    }
    expect(order).toEqual(['line 2.0', 'line 2.1', 'line 4.0']);
    expect((await deliveries.list(sessionId))[0]).toEqual({
      ...{ sessionId, seq: 2, part: 0, state: 'sent', sid: 'SM1' },
      ...{ content: null, attempts: 0, reason: null },
    });
  });

  it('sends again later what did not go out, and nothing before it', async () => {
    const { threads, deliveries, sessionId } = await aThread();
    const all = [said(1), said(2)];
    await threads.handOver({ sessionId, from: 0, to: 2, isOver: false, deliveries: all });
    const first = await deliveries.next(sessionId, START, after(1_000));
    await deliveries.settle(first!, { state: 'waiting', reason: 'rate_limited', dueAt: after(5_000) }, START);
    expect(await deliveries.next(sessionId, after(4_999), after(9_000))).toBeNull();
    expect(await deliveries.due(after(4_999), 1_000)).not.toContain(sessionId);
    expect(await deliveries.due(after(5_000), 1_000)).toContain(sessionId);
    const again = await deliveries.next(sessionId, after(5_000), after(9_000));
    expect(again).toEqual({ ...first, attempts: 1 });
  });

  it('does not know what became of what was being sent by somebody who died, and goes on', async () => {
    const { threads, deliveries, sessionId } = await aThread();
    const all = [said(1), said(2)];
    await threads.handOver({ sessionId, from: 0, to: 2, isOver: false, deliveries: all });
    const lost = await deliveries.next(sessionId, START, after(1_000));
    expect(await deliveries.next(sessionId, after(900), after(2_000))).toBeNull();
    expect(await deliveries.due(after(1_000), 1_000)).toContain(sessionId);
    const next = await deliveries.next(sessionId, after(1_000), after(2_000));
    expect(next!.content.text).toBe('line 2.0');
    // Who was thought dead comes too late.
    await deliveries.settle(lost!, { state: 'sent', sid: 'SM1' }, after(1_000));
    expect((await deliveries.list(sessionId)).map(({ state, reason }) => [state, reason])).toEqual([
      ['unknown', 'crash'],
      ['sending', null],
    ]);
  });

  it('says in the log what has not gone out, or may not have, once', async () => {
    const { threads, deliveries, retention, sessionId } = await aThread();
    const all = [said(1), said(2), said(3), said(4)];
    await threads.handOver({ sessionId, from: 0, to: 4, isOver: false, deliveries: all });
    const next = async () => (await deliveries.next(sessionId, START, after(1_000)))!;
    const refused = await next();
    for (let times = 0; times < 2; times++)
      await deliveries.settle(refused, { state: 'failed', reason: 'consent' }, after(500));
    await deliveries.settle(await next(), { state: 'sent', sid: 'SM1' }, after(600));
    await next();
    for (let times = 0; times < 2; times++) await deliveries.due(after(1_000), 1_000);
    const lines = (await retention.logsOf(sessionId)).filter(({ data }) => 'unsent' in data);
    expect(lines).toMatchObject([
      { eventType: 'message_sent', data: { unsent: 'failed', reason: 'consent' }, createdAt: after(500) },
      { eventType: 'message_sent', data: { unsent: 'unknown', reason: 'crash' }, createdAt: after(1_000) },
    ]);
  });

  it('goes with its session', async () => {
    const { threads, deliveries, sessions, sessionId, key } = await aThread();
    await threads.handOver({ sessionId, from: 0, to: 2, isOver: false, deliveries: [said(1)] });
    await sessions.remove(sessionId);
    expect(await threads.find(key)).toBeNull();
    expect(await threads.get(sessionId)).toBeNull();
    expect(await deliveries.list(sessionId)).toEqual([]);
    expect(await threads.handOver({ sessionId, from: 2, to: 3, isOver: false })).toBe(false);
  });
}
