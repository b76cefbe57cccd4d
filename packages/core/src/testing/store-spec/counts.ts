import { expect, it } from 'vitest';
import type { Frame, LogEntry, Session } from '../../session/session.ts';
import { after, aWorld, beginning, moving, newId, START, type OpenStore } from './rows.ts';

const advance = (nodeId: string | null, path: string[]): LogEntry => ({
  eventType: 'node_advance',
  nodeId,
  nodeType: null,
  data: { path },
});
const sms = { kind: 'sms', peer: '+4930123456', own: '+4930654321' } as const;
const whatsApp = { ...sms, kind: 'whatsapp' } as const;

export function countSpec(open: OpenStore): void {
  it('counts the sessions that are alike: how they ended, how they came in and where the open ones stand', async () => {
    const { store, userId, begun } = await aWorld(open);
    const workflowId = newId('workflow');
    const one = (given: Partial<Session>) => begun({ workflowId, ...given });
    const over = { wait: null, nodeId: null };
    const called = { graph: 'other', nodeId: 'inside' };
    const frame = { kind: 'call', graph: null, variables: {}, memory: {}, results: {} } as const;
    await one({ ...over, status: 'finished', outcome: 'won', channel: sms });
    await one({ ...over, status: 'finished', outcome: 'won', channel: sms });
    await one({ ...over, status: 'finished', outcome: 'won', channel: whatsApp });
    await one({ ...over, status: 'finished' });
    await one({ ...over, status: 'failed', outcome: 'failed' });
    await one({ status: 'waiting' });
    await one({ status: 'running' });
    const loop = { kind: 'each', nodeId: 'loop', items: [], index: 0 } satisfies Frame;
    const deep = [loop, { ...frame, nodeId: 'outer' }, { ...frame, nodeId: 'inner' }];
    await one({ status: 'waiting', ...called, stack: deep });
    const { sessions } = await store.counts({ userId, workflowId, since: START, until: after(1) });
    const plain = { channel: null, outcome: null, nodeId: null };
    const won = { ...plain, status: 'finished', outcome: 'won' };
    const expected = [
      { ...won, channel: 'sms', count: 2 },
      { ...won, channel: 'whatsapp', count: 1 },
      { ...plain, status: 'finished', count: 1 },
      { ...plain, status: 'failed', outcome: 'failed', count: 1 },
      { ...plain, status: 'waiting', nodeId: 'ask', count: 1 },
      { ...plain, status: 'running', nodeId: 'ask', count: 1 },
      { ...plain, status: 'waiting', nodeId: 'outer', count: 1 },
    ];
    expect(sessions).toHaveLength(expected.length);
    expect(sessions).toEqual(expect.arrayContaining(expected));
  });

  it('counts in how many sessions the log names a node, also through those that it calls', async () => {
    const { store, userId, session } = await aWorld(open);
    const workflowId = newId('workflow');
    const logged = async (...logs: LogEntry[]) => {
      const begins = { ...beginning(session({ workflowId })), logs: logs.slice(0, 1) };
      await store.sessions.commit(begins);
      await store.sessions.commit({ ...moving(begins.session), logs: logs.slice(1) });
      return begins.session.id;
    };
    await logged(advance('ask', ['start', 'hello']), advance('ask', ['ask', 'hello']));
    await logged(advance('call/ask', ['start', 'call']), advance(null, ['call/ask', 'call/bye']));
    const unsent = { eventType: 'message_sent', nodeId: null, nodeType: null, data: { unsent: 1 } } as const;
    await logged(advance('more', ['start']), unsent);
    const erased = await logged(advance('ask', ['start']), advance(null, ['ask']));
    await store.sessions.remove(erased);
    const { reached } = await store.counts({ userId, workflowId, since: START, until: after(1) });
    expect(Object.fromEntries(reached.map(({ nodeId, count }) => [nodeId, count]))).toEqual({
      start: 3,
      hello: 1,
      ask: 1,
      call: 1,
      more: 1,
    });
  });

  it('counts what was started in a time, on one workflow, of one owner', async () => {
    const { store, userId, begun } = await aWorld(open);
    const { begun: begunByOther } = await aWorld(open);
    const [workflowId, elsewhere] = [newId('workflow'), newId('workflow')];
    for (const ms of [0, 1, 2, 3]) await begun({ workflowId, createdAt: after(ms) });
    await begun({ workflowId: elsewhere, createdAt: after(1) });
    await begunByOther({ workflowId, createdAt: after(1) });
    await begun({ workflowId, createdAt: after(1), userId: null, starterId: userId });
    const counted = async (since: string, until: string, of = workflowId) => {
      const { sessions, reached } = await store.counts({ userId, workflowId: of, since, until });
      return [sessions, reached].map((rows) => rows.map(({ count }) => count));
    };
    expect(await counted(after(1), after(3))).toEqual([[2], [2]]);
    expect(await counted(START, after(4))).toEqual([[4], [4]]);
    expect(await counted(after(4), after(9))).toEqual([[], []]);
    expect(await counted(START, after(9), elsewhere)).toEqual([[1], [1]]);
  });
}
