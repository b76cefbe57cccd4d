import { expect, it } from 'vitest';
import type { Session } from '../../session/session.ts';
import { aWorld, beginning, moving, newId, type OpenStore } from './rows.ts';
import { inPages, walk } from './walk.ts';

export function findSpec(open: OpenStore): void {
  it('gives nothing for an unknown session', async () => {
    const { sessions, messages, lastMessages, events } = await open();
    const id = newId('session');
    expect(await sessions.get(id)).toBeNull();
    expect(await sessions.open(id, 'message')).toBeNull();
    expect(await messages(id, { limit: 10 })).toEqual({ items: [], nextCursor: null });
    expect(await lastMessages(id, 10)).toEqual([]);
    expect(await events(id, 0, 10)).toEqual([]);
  });

  it('knows the messages of a session, and not those of another', async () => {
    const { store, begun } = await aWorld(open);
    const [mine, other] = [await begun(), await begun()];
    const moved = moving(mine);
    await store.sessions.commit(moved);
    const isKnown = async (id: string, messageId: string | null) =>
      (await store.sessions.open(id, messageId))?.knownAt;
    const wanted = [
      isKnown(mine.id, moved.messageId),
      isKnown(mine.id, 'other'),
      isKnown(mine.id, null),
      isKnown(other.id, moved.messageId),
    ];
    expect(await Promise.all(wanted)).toEqual([mine.seq + 1, null, null, null]);
  });

  it('gives the transcript a page at a time, and its last lines', async () => {
    const { store, begun } = await aWorld(open);
    const session = await begun();
    const commits = [beginning(session)];
    for (const text of ['One', 'Two', 'Three']) {
      const moved = moving(commits.at(-1)!.session, text);
      await store.sessions.commit(moved);
      commits.push(moved);
    }
    const lines = commits.flatMap((commit) => commit.lines);
    for (const limit of [1, 2, 3, 7, 100])
      expect(await walk((page) => store.messages(session.id, page), limit)).toEqual(inPages(lines, limit));
    for (const count of [1, 2, 3, 100])
      expect(await store.lastMessages(session.id, count)).toEqual(lines.slice(-count));
    expect(await store.lastMessages(session.id, 0)).toEqual([]);
    const page = { limit: 2, cursor: 'x' };
    await expect(store.messages(session.id, page)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('opens many at once, each the one asked for', async () => {
    const { store, begun } = await aWorld(open);
    const sessions = await Promise.all(Array.from({ length: 100 }, () => begun()));
    const asked = [...sessions, ...sessions.toReversed()];
    const opened = await Promise.all(asked.map(({ id }) => store.sessions.open(id, null)));
    expect(opened.map((one) => one?.session)).toEqual(asked);
  });

  it('gives events after a number, in order, so many', async () => {
    const { store, begun } = await aWorld(open);
    let session = await begun();
    for (let turn = 0; turn < 12; turn++) {
      const commit = moving(session, `turn ${turn}`);
      await store.sessions.commit(commit);
      session = commit.session;
    }
    const numbersAfter = async (after: number, limit: number) =>
      (await store.events(session.id, after, limit)).map(({ seq }) => seq);
    expect(await numbersAfter(0, 100)).toEqual(Array.from({ length: 26 }, (_, n) => n + 1));
    expect(await numbersAfter(3, 4)).toEqual([4, 5, 6, 7]);
    expect(await numbersAfter(4, 1)).toEqual([5]);
    expect(await numbersAfter(25, 10)).toEqual([26]);
    expect(await numbersAfter(26, 10)).toEqual([]);
  });

  it('hands out the sessions that are due, longest due first, each once until the time they were put off to', async () => {
    const { store, begun } = await aWorld(open);
    // A time of its own, before that of every other test.
    const at = (second: number) => new Date(second * 1000).toISOString();
    const dueAt = async (second: number) =>
      (await begun({ dueAt: at(second), status: second % 2 ? 'waiting' : 'running' })).id;
    const [third, first, second, later] = [
      await dueAt(30),
      await dueAt(10),
      await dueAt(21),
      await dueAt(31),
    ];
    const claim = async (second: number, limit: number, until: number) =>
      (await store.sessions.claim(at(second), limit, at(until))).toSorted();
    expect(await claim(9, 10, 40)).toEqual([]);
    expect(await claim(30, 2, 40)).toEqual([first, second].toSorted());
    expect(await claim(30, 10, 41)).toEqual([third]);
    expect(await claim(39, 10, 42)).toEqual([later]);
    expect((await store.sessions.get(third))?.dueAt).toBe(at(41));
    expect(await claim(41, 10, 50)).toEqual([first, second, third].toSorted());
    for (const id of [first, second, third, later]) await store.sessions.remove(id);
    expect(await claim(60, 10, 70)).toEqual([]);
  });

  it('tells when the session is due that is due first, be it past or yet to come', async () => {
    const { store, begun } = await aWorld(open);
    // Times of its own, before those of every other test.
    const at = (ms: number) => new Date(ms).toISOString();
    const [later, first] = [
      await begun({ dueAt: at(20) }),
      await begun({ dueAt: at(10), status: 'waiting' }),
    ];
    const never = await begun({ dueAt: null });
    expect(await store.sessions.firstDueAt()).toBe(at(10));
    await store.sessions.remove(first.id);
    expect(await store.sessions.firstDueAt()).toBe(at(20));
    for (const { id } of [later, never]) await store.sessions.remove(id);
    expect(await store.sessions.firstDueAt()).not.toBe(at(20));
  });

  it('puts off sessions that are at work, and no others', async () => {
    const { store, begun } = await aWorld(open);
    const [before, until] = [1_000, 86_400_000].map((ms) => new Date(ms).toISOString()) as [string, string];
    const [atWork, other, waiting] = await Promise.all([
      begun({ dueAt: before, status: 'running' }),
      begun({ dueAt: before, status: 'running' }),
      begun({ dueAt: before, status: 'waiting' }),
    ]);
    await store.sessions.hold([atWork.id, waiting.id, newId('session')], until);
    await store.sessions.hold([], until);
    const dueAt = async ({ id }: Session) => (await store.sessions.get(id))?.dueAt;
    expect(await Promise.all([atWork, other, waiting].map(dueAt))).toEqual([until, before, before]);
    for (const { id } of [atWork, other, waiting]) await store.sessions.remove(id);
  });

  it('hands out each of 300 sessions to one of many that ask at once', async () => {
    const { store, begun } = await aWorld(open);
    const dueAt = new Date(1_000).toISOString();
    const ids = await Promise.all(Array.from({ length: 300 }, async () => (await begun({ dueAt })).id));
    const until = new Date(86_400_000).toISOString();
    const asked = Array.from({ length: 20 }, () => store.sessions.claim(dueAt, 25, until));
    const given = (await Promise.all(asked)).flat();
    expect(new Set(given).size).toBe(given.length);
    // A claim that meets rows another one holds goes without them: whoever asks again gets the rest.
    const rest = await store.sessions.claim(dueAt, 300, until);
    expect([...given, ...rest].toSorted()).toEqual(ids.toSorted());
    for (const id of ids) await store.sessions.remove(id);
  });

  it('names the sessions of a workflow that are not over', async () => {
    const { store, begun } = await aWorld(open);
    const workflowId = newId('workflow');
    const one = async (status: Session['status'], on = workflowId) =>
      (await begun({ status, workflowId: on })).id;
    const [running, waiting] = [await one('running'), await one('waiting')];
    for (const status of ['finished', 'failed'] as const) await one(status);
    await one('running', 'other');
    expect((await store.sessions.openOn(workflowId)).sort()).toEqual([running, waiting].sort());
  });

  it('makes what is at work due at once, and nothing else', async () => {
    const { store, begun } = await aWorld(open);
    const dueAt = '2099-01-01T00:00:00.000Z';
    const [running, waiting] = [
      await begun({ status: 'running', dueAt }),
      await begun({ status: 'waiting', dueAt }),
    ];
    const now = new Date().toISOString();
    expect(await store.sessions.release(now)).toBeGreaterThanOrEqual(1);
    expect((await store.sessions.get(running.id))?.dueAt).toBe(now);
    expect((await store.sessions.get(waiting.id))?.dueAt).toBe(dueAt);
  });
}
