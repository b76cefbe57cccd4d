import { expect, it } from 'vitest';
import { merged } from '../../language/variables.ts';
import type { LogEntry } from '../../session/session.ts';
import type { Commit } from '../../store.ts';
import { allIn, allOf, aWorkflow, aWorld, beginning, countOf, moving, type OpenStore } from './rows.ts';

export function commitSpec(open: OpenStore): void {
  it('writes the session, its lines, its events and its log rows', async () => {
    const { store, userId, session } = await aWorld(open);
    const begins = beginning(session());
    const logs: LogEntry[] = [
      { eventType: 'message_sent', nodeId: 'ask', nodeType: 'listen', data: { user: 1, bot: 1 } },
      { eventType: 'ai_response', nodeId: 'a/b', nodeType: 'ai', data: {} },
      {
        eventType: 'session_end',
        nodeId: null,
        nodeType: null,
        data: { outcome: null, deep: { list: [1] } },
      },
    ];
    const moved = { ...moving(begins.session), logs };
    const streamed: Commit = { ...moving(moved.session), lines: [], messageId: null, logs: [] };
    for (const commit of [begins, moved, streamed]) await store.sessions.commit(commit);
    expect(await allOf(store, userId, begins.session.id)).toEqual(allIn([begins, moved, streamed]));
  });

  it('writes a session without anything new to tell', async () => {
    const { store, userId, session } = await aWorld(open);
    const quiet: Commit = { ...beginning(session({ step: 0, seq: 0 })), events: [], lines: [], logs: [] };
    const { from, session: next } = moving(quiet.session, 'Hi', { seq: 0 });
    const still: Commit = { ...quiet, from, session: next };
    await store.sessions.commit(quiet);
    await store.sessions.commit(still);
    expect(await allOf(store, userId, next.id)).toEqual(allIn([quiet, still]));
  });

  it('begins a session only while its workflow is there', async () => {
    const { store, userId, session } = await aWorld(open);
    const workflow = aWorkflow(userId);
    await store.workflows.create(workflow);
    const begin = () =>
      store.sessions.commit({ ...beginning(session({ workflowId: workflow.id })), workflowId: workflow.id });
    await begin();
    await store.workflows.remove(workflow.id);
    await expect(begin()).rejects.toMatchObject({ code: 'conflict' });
    expect(await store.sessions.openOn(workflow.id)).toHaveLength(1);
  });

  it('says how far sessions have told, of those that are there', async () => {
    const { store, session } = await aWorld(open);
    const [one, other] = [beginning(session()), beginning(session())];
    const moved = moving(one.session);
    for (const commit of [one, other, moved]) await store.sessions.commit(commit);
    const ids = [one.session.id, other.session.id, 'nobody'];
    expect(await store.sessions.lastSeqs(ids)).toEqual(
      new Map([
        [one.session.id, moved.session.seq],
        [other.session.id, other.session.seq],
      ]),
    );
    expect(await store.sessions.lastSeqs([])).toEqual(new Map());
  });

  it('refuses to begin a session under an id that is taken, and leaves no trace', async () => {
    const { store, userId, session } = await aWorld(open);
    const begins = beginning(session());
    await store.sessions.commit(begins);
    const again = beginning({ ...begins.session, variables: merged({ x: 1 }) });
    await expect(store.sessions.commit(again)).rejects.toMatchObject(movedOn);
    expect(await allOf(store, userId, begins.session.id)).toEqual(allIn([begins]));
  });

  it.each([
    ['an older step', { step: 0, seq: 2, attempt: 0 }],
    ['a later step', { step: 2, seq: 2, attempt: 0 }],
    ['an older event', { step: 1, seq: 1, attempt: 0 }],
    ['a later event', { step: 1, seq: 3, attempt: 0 }],
    ['another attempt', { step: 1, seq: 2, attempt: 1 }],
  ])('refuses a commit on %s than the session is at, and leaves no trace', async (_what, from) => {
    const { store, userId, session } = await aWorld(open);
    const begins = beginning(session());
    await store.sessions.commit(begins);
    const late = { ...moving({ ...begins.session, step: 5, seq: 50 }), from };
    await expect(store.sessions.commit(late)).rejects.toMatchObject(movedOn);
    expect(await allOf(store, userId, begins.session.id)).toEqual(allIn([begins]));
  });

  it('refuses a commit on a session that was never begun or is erased', async () => {
    const { store, userId, session, begun } = await aWorld(open);
    const [never, erased] = [session(), await begun()];
    await store.sessions.remove(erased.id);
    for (const one of [never, erased]) {
      await expect(store.sessions.commit(moving(one))).rejects.toMatchObject(movedOn);
      expect(await allOf(store, userId, one.id)).toMatchObject({ session: null, lines: [], events: [] });
    }
  });

  it('takes a message once, though other sessions may know the same', async () => {
    const { store, userId, session, begun } = await aWorld(open);
    const begins = beginning(session());
    await store.sessions.commit(begins);
    const first = moving(begins.session);
    const again = { ...moving(first.session), messageId: first.messageId };
    await store.sessions.commit(first);
    const other = { ...moving(await begun()), messageId: first.messageId };
    const calls = [again, other].map((commit) => store.sessions.commit(commit));
    expect(await countOf(calls)).toEqual({ done: 1, refused: ['conflict'] });
    expect(await allOf(store, userId, begins.session.id)).toEqual(allIn([begins, first]));
    expect(await store.sessions.get(other.session.id)).toEqual(other.session);
  });

  it('begins and moves 200 sessions at once', async () => {
    const { store, userId, session } = await aWorld(open);
    const begins = Array.from({ length: 200 }, () => beginning(session()));
    expect(await countOf(begins.map((commit) => store.sessions.commit(commit)))).toEqual({
      done: 200,
      refused: [],
    });
    const moves = begins.map((commit, n) => moving(commit.session, `Hi ${n}`));
    expect(await countOf(moves.map((commit) => store.sessions.commit(commit)))).toEqual({
      done: 200,
      refused: [],
    });
    const stored = await Promise.all(begins.map((commit) => allOf(store, userId, commit.session.id)));
    expect(stored).toEqual(begins.map((commit, n) => allIn([commit, moves[n]!])));
  });

  it('lets exactly one of 50 commits on one session win', async () => {
    const { store, userId, session } = await aWorld(open);
    const begins = beginning(session());
    await store.sessions.commit(begins);
    const tries = Array.from({ length: 50 }, (_, n) => moving(begins.session, `try ${n}`));
    const settled = await Promise.allSettled(tries.map((commit) => store.sessions.commit(commit)));
    const won = tries.filter((_, n) => settled[n]!.status === 'fulfilled');
    expect(won).toHaveLength(1);
    expect(settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))).toEqual(
      Array.from({ length: 49 }, () => expect.objectContaining(movedOn) as unknown),
    );
    expect(await allOf(store, userId, begins.session.id)).toEqual(allIn([begins, ...won]));
  });

  it('lets one of 50 that begin the same session win', async () => {
    const { store, userId, session } = await aWorld(open);
    const one = session();
    const calls = Array.from({ length: 50 }, () => store.sessions.commit(beginning(one)));
    expect(await countOf(calls)).toEqual({ done: 1, refused: ['conflict'] });
    expect(await allOf(store, userId, one.id)).toEqual(allIn([beginning(one)]));
  });

  it('keeps the order of commits on one session that are asked for at once', async () => {
    const { store, userId, session } = await aWorld(open);
    const commits = [beginning(session())];
    for (let turn = 0; turn < 20; turn++) commits.push(moving(commits.at(-1)!.session, `turn ${turn}`));
    await Promise.all(commits.map((commit) => store.sessions.commit(commit)));
    expect(await allOf(store, userId, commits[0]!.session.id)).toEqual(allIn(commits));
  });

  it('does not let a commit that cannot be stored harm its neighbours', async () => {
    const { store, userId, session } = await aWorld(open);
    const begins = Array.from({ length: 20 }, (_, n) =>
      beginning(
        session(n === 7 ? { variables: merged({ text: 'NUL \0 and half \ud83d of a character' }) } : {}),
      ),
    );
    const settled = await Promise.allSettled(begins.map((commit) => store.sessions.commit(commit)));
    expect(settled.flatMap(({ status }, n) => (status === 'rejected' && n !== 7 ? [n] : []))).toEqual([]);
    const stored = await Promise.all(begins.map((commit) => allOf(store, userId, commit.session.id)));
    const none = { session: null, lines: [], events: [], logs: [] };
    expect(stored).toEqual(
      begins.map((commit, n) => (settled[n]!.status === 'fulfilled' ? allIn([commit]) : none)),
    );
  });

  it('writes the good ones among commits that come too late', async () => {
    const { store, begun } = await aWorld(open);
    const sessions = await Promise.all(Array.from({ length: 30 }, () => begun()));
    const late = sessions.filter((_, n) => n % 3 === 0);
    await Promise.all(late.map((one) => store.sessions.commit(moving(one))));
    const calls = sessions.map((one) => store.sessions.commit(moving(one)));
    expect(await countOf(calls)).toEqual({ done: 20, refused: ['conflict'] });
  });
}

const movedOn = { code: 'conflict', message: 'The session has moved on meanwhile.' };
