import { expect, it } from 'vitest';
import { after, aWorkflow, aWorld, beginning, newId, START, type OpenStore } from './rows.ts';
import { inPages, walk } from './walk.ts';

/** Three rows a moment: their ids decide. */
const moments = Array.from({ length: 25 }, (_, n) => after(Math.floor(n / 3)));

export function listSpec(open: OpenStore): void {
  it('lists workflows by their last change, without gaps or repeats, and without their graphs', async () => {
    const { store, userId } = await aWorld(open);
    const { userId: otherId } = await aWorld(open);
    const workflows = moments.map((updatedAt) => aWorkflow(userId, { updatedAt, description: 'x' }));
    const node = { id: 'n', type: 'trigger', label: '', positionX: 0, positionY: 0, data: {} } as const;
    workflows[3]!.nodes = [node, { ...node, id: 'o' }];
    for (const workflow of [...workflows, aWorkflow(otherId)]) await store.workflows.create(workflow);
    const expected = workflows
      .map(({ nodes, edges: _e, settings: _s, knowledge: _k, ...rest }) => ({
        ...rest,
        nodeCount: nodes.length,
      }))
      .toReversed();
    expect(await walk((page) => store.workflows.list(userId, page), 4)).toEqual(inPages(expected, 4));
    expect(await walk((page) => store.workflows.list(userId, page), 25)).toEqual([expected]);
  });

  it('lists sessions newest first, without gaps or repeats, by workflow and status', async () => {
    const { store, userId, begun } = await aWorld(open);
    const elsewhere = newId('workflow');
    const sessions = await Promise.all(
      moments.map((createdAt, n) =>
        begun({
          createdAt,
          status: n % 2 ? 'waiting' : 'finished',
          ...(n % 5 === 0 && { workflowId: elsewhere }),
        }),
      ),
    );
    await begun({ userId: null });
    const newestFirst = sessions.toReversed();
    const list = (filter: object) =>
      walk((page) => store.sessions.list({ of: { userId }, ...filter }, page), 4);
    expect(await list({})).toEqual(inPages(newestFirst, 4));
    const finished = newestFirst.filter(({ status }) => status === 'finished');
    expect(await list({ status: 'finished' })).toEqual(inPages(finished, 4));
    const both = finished.filter(({ workflowId }) => workflowId === elsewhere);
    expect(await list({ status: 'finished', workflowId: elsewhere })).toEqual(inPages(both, 4));
    expect(await list({ workflowId: newId('workflow') })).toEqual([[]]);
  });

  it('lists what a user owns and what he started, and the one session of a token', async () => {
    const { store, userId, begun } = await aWorld(open);
    const { userId: other, begun: begunByOther } = await aWorld(open);
    const tokenHash = newId('hash');
    const mine = [
      await begun({ createdAt: after(1), starterId: userId }),
      await begunByOther({ createdAt: after(2), starterId: userId, tokenHash }),
      await begun({ createdAt: after(3), userId: null, starterId: userId }),
      await begun({ createdAt: after(4), starterId: other }),
    ];
    await begunByOther({ createdAt: after(5) });
    for (const limit of [1, 2, 3, 9])
      expect(await walk((page) => store.sessions.list({ of: { userId } }, page), limit)).toEqual(
        inPages(mine.toReversed(), limit),
      );
    const { items } = await store.sessions.list({ of: { tokenHash } }, { limit: 9 });
    expect(items).toEqual([mine[1]]);
  });

  it('goes on where a page ended though newer rows came', async () => {
    const { store, userId, begun } = await aWorld(open);
    const sessions = [
      await begun(),
      await begun({ createdAt: after(1) }),
      await begun({ createdAt: after(2) }),
    ];
    const first = await store.sessions.list({ of: { userId } }, { limit: 2 });
    await begun({ createdAt: after(3) });
    const second = await store.sessions.list({ of: { userId } }, { limit: 2, cursor: first.nextCursor! });
    expect([...first.items, ...second.items]).toEqual(sessions.toReversed());
    expect(second.nextCursor).toBeNull();
  });

  it('lists log rows newest first, by session, workflow, type and time', async () => {
    const { store, userId, session } = await aWorld(open);
    const workflow = aWorkflow(userId);
    await store.workflows.create(workflow);
    const commits = Array.from({ length: 9 }, (_, n) => ({
      ...beginning(session({ updatedAt: after(n), workflowId: n < 4 ? workflow.id : 'template:leads' })),
      logs: [
        {
          eventType: n % 2 ? 'session_start' : 'session_end',
          nodeId: null,
          nodeType: null,
          data: { n },
        } as const,
      ],
    }));
    for (const commit of commits) await store.sessions.commit(commit);
    const found = async (filter: object) =>
      (await walk((page) => store.logs({ userId, ...filter }, page), 2)).flat().map(({ data }) => data.n);
    expect(await found({})).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(await found({ sessionId: commits[4]!.session.id })).toEqual([4]);
    expect(await found({ workflowId: workflow.id })).toEqual([3, 2, 1, 0]);
    expect(await found({ eventType: 'session_start' })).toEqual([7, 5, 3, 1]);
    expect(await found({ since: after(2), until: after(5) })).toEqual([4, 3, 2]);
    expect(await found({ since: after(2), eventType: 'session_end', workflowId: workflow.id })).toEqual([2]);
    expect(await found({ userId: newId('user') })).toEqual([]);
  });

  it('gives every log row an id of its own', async () => {
    const { store, userId, session } = await aWorld(open);
    await Promise.all(
      Array.from({ length: 50 }, () => store.sessions.commit(beginning(session({ updatedAt: START })))),
    );
    const { items } = await store.logs({ userId }, { limit: 100 });
    expect(new Set(items.map(({ id }) => id)).size).toBe(50);
  });

  it.each(['', 'x', 'bm90IGEgY3Vyc29y', '../../etc/passwd', '%00', '=', '🧮'])(
    'refuses the cursor %j, which no list has given',
    async (cursor) => {
      const { store, userId } = await aWorld(open);
      const page = { limit: 5, cursor };
      for (const list of [
        store.workflows.list(userId, page),
        store.sessions.list({ of: { userId } }, page),
        store.logs({ userId }, page),
      ])
        await expect(list).rejects.toMatchObject({ code: 'invalid_input' });
    },
  );
}
