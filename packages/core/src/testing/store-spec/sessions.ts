import { expect, it } from 'vitest';
import { merged } from '../../language/variables.ts';
import type { Session } from '../../session/session.ts';
import { long, naughty, numbers } from './naughty.ts';
import {
  after,
  allIn,
  allOf,
  aWorkflow,
  aWorld,
  beginning,
  moving,
  newId,
  scribble,
  type OpenStore,
} from './rows.ts';

/** Everything a session can hold at once. */
const full: Partial<Session> = {
  starterId: 'someone',
  mode: 'step',
  status: 'waiting',
  outcome: 'qualified',
  reason: 'Because.',
  wait: {
    for: 'message',
    expects: { kind: 'choice', choices: [{ id: 'a', label: 'Ä' }], min: 1 },
    until: after(1),
  },
  graph: 'sub',
  stack: [
    { kind: 'each', nodeId: 'loop', items: [1, 'two', { three: null }], index: 1 },
    { kind: 'jump', nodeId: 'here' },
    {
      kind: 'call',
      nodeId: 'c',
      graph: null,
      variables: { a: 1 },
      memory: { n: 2 },
      results: { mine: 'theirs' },
    },
  ],
  memory: { ask: { attempts: 2 }, empty: {}, none: null },
  past: [{ nodeId: 'ask', graph: null, stack: [], undo: { a: null }, unset: ['b'] }],
  completed: ['start', 'ask'],
  inputs: { name: 'Ada', list: [] },
  wake: { by: 'message', text: '', file: { name: 'f', url: 'u', size: 0 } },
  departure: { kind: 'call', workflow: 'w', inputs: {}, results: {} },
  attempt: 3,
  message: '',
  dueAt: after(1),
  updatedAt: after(2),
};

export function sessionSpec(open: OpenStore): void {
  it('gives a session back whole, with all it can hold and with nothing', async () => {
    const { store, session } = await aWorld(open);
    const bare = session({ wait: null, nodeId: null, userId: null, status: 'finished' });
    for (const one of [session(full), bare]) {
      await store.sessions.commit(beginning(one));
      expect(await store.sessions.get(one.id)).toEqual(one);
      expect(await store.sessions.open(one.id, null)).toEqual({ session: one, isKnownMessage: false });
    }
  });

  it('forgets what a session had and has no longer', async () => {
    const { store, session } = await aWorld(open);
    const first = session(full);
    const { wait, stack, memory, past, completed, inputs, wake, departure } = session({ wait: null });
    const emptied = { wait, stack, memory, past, completed, inputs, wake, departure };
    await store.sessions.commit(beginning(first));
    const moved = moving(first, 'Hi', {
      ...emptied,
      outcome: null,
      reason: null,
      dueAt: null,
      message: null,
      attempt: 0,
      graph: null,
    });
    await store.sessions.commit(moved);
    expect(await store.sessions.get(first.id)).toEqual(moved.session);
  });

  it('gives every text and number back as it was, in variables, lines and events', async () => {
    const { store, userId, session } = await aWorld(open);
    const texts = [...naughty, ...long];
    const named = Object.fromEntries(texts.map((text, n) => [`n${n}`, text]));
    const nested = {
      constructor: 'x',
      toString: 'y',
      'a.b': [[], {}, [{ '': '' }]],
      flags: [true, false, null],
    };
    const begins = beginning(session({ variables: merged(named, { numbers: [...numbers], nested }) }));
    await store.sessions.commit(begins);
    const commits = [begins];
    for (const text of texts) {
      const commit = moving(commits.at(-1)!.session, text);
      await store.sessions.commit(commit);
      commits.push(commit);
    }
    expect(await allOf(store, userId, begins.session.id)).toEqual(allIn(commits));
  });

  it('gives variables back in the order they were learned, as a map that inherits no names', async () => {
    const { store, begun } = await aWorld(open);
    const { id } = await begun({ variables: merged({ zebra: 1, b: { y: 1, x: 2 }, a: 3, '2': 4 }) });
    const { variables } = (await store.sessions.get(id))!;
    expect(JSON.stringify(variables)).toBe('{"2":4,"zebra":1,"b":{"y":1,"x":2},"a":3}');
    expect('constructor' in variables).toBe(false);
  });

  it('keeps a large session', async () => {
    const { store, begun } = await aWorld(open);
    const list = Array.from({ length: 10_000 }, (_, n) => ({ n, text: `row ${n} 🧮` }));
    const session = await begun({ variables: merged({ list }) });
    expect(await store.sessions.get(session.id)).toEqual(session);
  });

  it('gives nothing for an unknown session', async () => {
    const { sessions, messages, events } = await open();
    const id = newId('session');
    expect(await sessions.get(id)).toBeNull();
    expect(await sessions.open(id, 'message')).toBeNull();
    expect(await messages(id)).toEqual([]);
    expect(await events(id, 0, 10)).toEqual([]);
  });

  it('knows the messages of a session, and not those of another', async () => {
    const { store, begun } = await aWorld(open);
    const [mine, other] = [await begun(), await begun()];
    const moved = moving(mine);
    await store.sessions.commit(moved);
    const isKnown = async (id: string, messageId: string | null) =>
      (await store.sessions.open(id, messageId))?.isKnownMessage;
    const wanted = [
      isKnown(mine.id, moved.messageId),
      isKnown(mine.id, 'other'),
      isKnown(mine.id, null),
      isKnown(other.id, moved.messageId),
    ];
    expect(await Promise.all(wanted)).toEqual([true, false, false, false]);
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

  it('names the sessions that are due, longest due first', async () => {
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
    expect(await store.sessions.due(at(30), 10)).toEqual([first, second, third]);
    expect(await store.sessions.due(at(30), 2)).toEqual([first, second]);
    expect(await store.sessions.due(at(9), 10)).toEqual([]);
    for (const id of [first, second, third, later]) await store.sessions.remove(id);
    expect(await store.sessions.due(at(31), 10)).toEqual([]);
  });

  it('names the sessions that are running, and those of a workflow that are not over', async () => {
    const { store, begun } = await aWorld(open);
    const workflowId = newId('workflow');
    const one = async (status: Session['status'], on = workflowId) =>
      (await begun({ status, workflowId: on })).id;
    const [running, waiting] = [await one('running'), await one('waiting')];
    const [finished, failed, elsewhere] = [
      await one('finished'),
      await one('failed'),
      await one('running', 'other'),
    ];
    expect((await store.sessions.openOn(workflowId)).sort()).toEqual([running, waiting].sort());
    const ours = new Set([running, waiting, finished, failed, elsewhere]);
    const found = (await store.sessions.running(10_000)).filter((id) => ours.has(id));
    expect(found.sort()).toEqual([running, elsewhere].sort());
    expect(await store.sessions.running(1)).toHaveLength(1);
  });

  it('erases a session with its transcript and events', async () => {
    const { store, userId, begun } = await aWorld(open);
    const [session, other] = [await begun(), await begun()];
    await store.sessions.commit(moving(session));
    await store.sessions.remove(session.id);
    await store.sessions.remove(session.id);
    expect(await allOf(store, userId, session.id)).toMatchObject({ session: null, lines: [], events: [] });
    expect(await store.sessions.get(other.id)).toEqual(other);
  });

  it('names the workflow in log rows when it is stored', async () => {
    const { store, userId, session } = await aWorld(open);
    const workflow = aWorkflow(userId);
    await store.workflows.create(workflow);
    const commit = beginning(session({ workflowId: workflow.id }));
    await store.sessions.commit(commit);
    expect(await allOf(store, userId, commit.session.id)).toEqual(allIn([commit], workflow.id));
  });

  it('does not share its rows with the caller', async () => {
    const { store, userId, session } = await aWorld(open);
    const given = beginning(session(full));
    const expected = structuredClone(allIn([given]));
    await store.sessions.commit(given);
    scribble(given);
    scribble(await allOf(store, userId, expected.session.id));
    expect(await allOf(store, userId, expected.session.id)).toEqual(expected);
  });
}
