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
      expect(await store.sessions.open(one.id, null)).toEqual({ session: one, knownAt: null });
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
