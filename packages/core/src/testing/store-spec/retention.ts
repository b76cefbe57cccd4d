import { expect, it } from 'vitest';
import type { Aging, Store } from '../../store.ts';
import { after, allIn, allOf, aWorld, beginning, moving, newId, START, type OpenStore } from './rows.ts';

/** All that is older, look by look. */
async function found({ retention }: Store, kind: Aging, before: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let from: string | null = '', first = true; first || from !== null; first = false) {
    const looked = await retention.look(kind, before, first ? null : from);
    for (const id of looked.ids) ids.add(id);
    from = looked.after;
  }
  return ids;
}

export function retentionSpec(open: OpenStore): void {
  it('finds sessions that have ended or were left by a guest, and none that waits otherwise or is younger', async () => {
    const { store, begun } = await aWorld(open);
    const { id: done } = await begun({ status: 'finished', wait: null });
    const { id: failed } = await begun({ status: 'failed', wait: null });
    const { id: left } = await begun();
    const others = await Promise.all([
      begun({ starterId: 'someone' }),
      begun({ dueAt: after(5) }),
      begun({ wait: { for: 'client', to: 'execute' } }),
      begun({ status: 'running', wait: null }),
      begun({ status: 'finished', wait: null, updatedAt: after(10) }),
      begun({ updatedAt: after(10) }),
    ]);
    const ended = await found(store, 'ended', after(1));
    const alone = await found(store, 'left', after(1));
    expect([done, failed, left].map((id) => [ended.has(id), alone.has(id)])).toEqual([
      [true, false],
      [true, false],
      [false, true],
    ]);
    expect(others.filter(({ id }) => ended.has(id) || alone.has(id))).toEqual([]);
    expect((await found(store, 'ended', START)).has(done)).toBe(false);
  });

  it('removes sessions that have ended with all that was said, keeps what was counted, and touches no open one', async () => {
    const { store, userId, session } = await aWorld(open);
    const first = beginning(session({ nodeId: 'ask' }));
    await store.sessions.commit(first);
    const next = moving(first.session, 'Bye', { status: 'finished', wait: null });
    await store.sessions.commit(next);
    const other = beginning(session());
    await store.sessions.commit(other);
    const { id } = first.session;
    const counted = await store.retention.logsOf(id);
    expect(counted.length).toBeGreaterThan(1);
    expect(await store.retention.remove('ended', [id, other.session.id, newId('nobody')])).toBe(1);
    expect(await store.sessions.get(id)).toBeNull();
    expect(await store.sessions.open(id, null)).toBeNull();
    expect(await store.retention.logsOf(id)).toEqual(counted);
    expect(await allOf(store, userId, other.session.id)).toEqual(allIn([other]));
  });

  it('forgets old log rows and calls of models, and those alone', async () => {
    const { store, userId, begun } = await aWorld(open);
    const { id } = await begun();
    const call = (createdAt: string) => ({
      ...{ id: newId('call'), userId, workflowId: null, sessionId: id, provider: 'gemini', model: 'm' },
      ...{ inputTokens: 1, outputTokens: 1, cost: null, outcome: 'ok', ms: 1, createdAt },
    });
    const old = call(START);
    const young = call(after(10));
    for (const each of [old, young]) await store.spending.record(each);
    const calls = await found(store, 'modelCalls', after(1));
    expect([calls.has(old.id), calls.has(young.id)]).toEqual([true, false]);
    expect(await store.retention.remove('modelCalls', [old.id])).toBe(1);
    expect((await found(store, 'modelCalls', after(11))).has(young.id)).toBe(true);
    const logs = (await store.retention.logsOf(id)).map((row) => row.id);
    const aged = await found(store, 'logs', '2999-01-01T00:00:00.000Z');
    expect(logs.filter((each) => !aged.has(each))).toEqual([]);
    expect(await store.retention.remove('logs', logs)).toBe(logs.length);
    expect(await store.retention.logsOf(id)).toEqual([]);
  });
}
