import { expect, it } from 'vitest';
import { aWorld, moving, type OpenStore } from './rows.ts';

export function recallSpec(open: OpenStore): void {
  it('remembers a session, if at all, as it was committed last', async () => {
    const { store, begun } = await aWorld(open);
    const commit = moving(await begun());
    await store.sessions.commit(commit);
    const { id } = commit.session;
    const remembered = store.sessions.recall(id, 'another');
    expect(remembered).toEqual(remembered && commit.session);
  });

  it('does not remember a session for a message it has processed, nor one that lost, moved on or is gone', async () => {
    const { store, begun } = await aWorld(open);
    const first = await begun();
    const commit = moving(first);
    await store.sessions.commit(commit);
    const { id } = first;
    expect(store.sessions.recall(id, commit.messageId)).toBeNull();
    await expect(store.sessions.commit(moving(first, 'late'))).rejects.toMatchObject({ code: 'conflict' });
    expect(store.sessions.recall(id, null)).toBeNull();
    const next = moving(commit.session, 'next');
    await store.sessions.commit(next);
    await store.sessions.remove(id);
    expect(store.sessions.recall(id, null)).toBeNull();
  });
}
