import { testWorld, type TestWorld } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, calling, graphOf, logic, say, start } from './kit.ts';

const DAY = 86_400;
const leads = {
  nodes: [
    start,
    ask('name'),
    ask('budget', { kind: 'number' }),
    logic('rich', 'condition', { cases: [{ when: 'budget > 100', port: 'yes' }] }),
    logic('won', 'end', { outcome: 'won' }),
    say('bye', 'Bye.'),
  ],
  edges: ['start -> name', 'name -> budget', 'budget -> rich', 'rich.yes -> won', 'rich.else -> bye'],
};
const stranger = { role: 'user', userId: 'stranger' } as const;

async function world(
  sketch: Parameters<typeof graphOf>[0] = leads,
  given: Parameters<typeof testWorld>[0] = {},
) {
  const made = testWorld(given);
  const api = made.app.as(made.owner);
  const { id } = await api.workflows.create(graphOf(sketch));
  return {
    ...made,
    api,
    id,
    report: (time = {}) => api.workflows.report({ id, ...time }),
    /** Of all that has been started by now, which lasts a second. */
    async reportNow() {
      await made.pass(1);
      return api.workflows.report({ id });
    },
  };
}
/** A conversation in which a visitor says these things, one after the other. */
async function talk(
  { app, owner }: Pick<TestWorld, 'app' | 'owner'>,
  workflowId: string,
  ...words: string[]
) {
  const { sessions } = app.as(owner);
  const { id } = (await sessions.start({ workflowId })).session;
  for (const message of words) await sessions.send({ id, message });
  return id;
}

describe('the report of a workflow', () => {
  it('counts how conversations ended, which nodes they reached and where those stand that are open', async () => {
    const { id, api, reportNow, ...rest } = await world();
    await talk(rest, id, 'Ada', '500');
    await talk(rest, id, 'Bob', '800');
    await talk(rest, id, 'Cleo', '5');
    await talk(rest, id, 'Dora');
    await talk(rest, id);
    await api.sessions.end({ id: await talk(rest, id, 'Emil') });
    const counts = { label: '', standing: 0 };
    expect(await reportNow()).toEqual({
      since: '2025-12-06T09:00:01.000Z',
      until: '2026-01-05T09:00:01.000Z',
      ...{ started: 6, finished: 4, failed: 0, open: 2 },
      outcomes: [
        { outcome: 'won', count: 2 },
        { outcome: 'ended', count: 1 },
        { outcome: null, count: 1 },
      ],
      channels: [{ channel: null, count: 6 }],
      nodes: [
        { ...counts, nodeId: 'start', type: 'trigger', kind: 'manual', reached: 6 },
        { ...counts, nodeId: 'name', type: 'listen', kind: 'text', reached: 6, standing: 1 },
        // Who gave up there was there.
        { ...counts, nodeId: 'budget', type: 'listen', kind: 'number', reached: 5, standing: 1 },
        { ...counts, nodeId: 'rich', type: 'logic', kind: 'condition', reached: 3 },
        { ...counts, nodeId: 'won', type: 'logic', kind: 'end', reached: 2 },
        { ...counts, nodeId: 'bye', type: 'speak', kind: 'text', reached: 1 },
      ],
    });
  });

  it('counts what was started in a time, from its first moment to before its last', async () => {
    const { id, report, pass, ...rest } = await world();
    for (let day = 5; day < 9; day++) {
      await talk(rest, id, 'Ada');
      await pass(DAY);
    }
    const started = async (time: object) => (await report(time)).started;
    const at = (day: number) => `2026-01-0${day}T09:00:00Z`;
    expect(await started({ since: at(6), until: at(8) })).toBe(2);
    expect(await started({ since: at(6) })).toBe(3);
    expect(await started({ until: at(6) })).toBe(1);
    expect(await started({})).toBe(4);
    await pass(28 * DAY);
    expect(await report()).toMatchObject({ since: '2026-01-07T09:00:00.000Z', started: 2 });
  });

  it('refuses a time that ends before it begins', async () => {
    const { report } = await world();
    const since = '2026-01-02T00:00:00Z';
    for (const until of [since, '2026-01-01T00:00:00Z'])
      await expect(report({ since, until })).rejects.toMatchObject({
        code: 'invalid_input',
        message: `since: 2026-01-02T00:00:00.000Z is not before until, ${new Date(until).toISOString()}. Give an earlier one.`,
      });
    await expect(report({ since: '2026-01-06T00:00:00Z' })).rejects.toMatchObject({
      code: 'invalid_input',
      message:
        'since: 2026-01-06T00:00:00.000Z is not before now, 2026-01-05T09:00:00.000Z. Give an earlier one.',
    });
    await expect(report({ since: 'yesterday' })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('is for the owner alone, also where everybody may run the workflow', async () => {
    const { id, api, app } = await world();
    await api.workflows.update({ id, isPublic: true });
    await expect(app.as(stranger).workflows.report({ id })).rejects.toMatchObject({ code: 'not_found' });
    const guest = app.as({ role: 'guest' });
    await expect(guest.workflows.report({ id })).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(api.workflows.report({ id: 'other' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('finds who is in a called workflow at the node that called it, though both have nodes of one name', async () => {
    const inside = { nodes: [start, ask('name'), ask('mail')], edges: ['start -> name', 'name -> mail'] };
    const outside = {
      nodes: [start, logic('call', 'subflow', { workflow: 'inside' }), ask('name'), ask('mail')],
      edges: ['start -> call', 'call -> name', 'name -> mail'],
    };
    const { id, reportNow, ...rest } = await world(outside, calling({ inside }));
    await talk(rest, id);
    await talk(rest, id, 'Ada');
    await talk(rest, id, 'Ada', 'ada@example.org');
    const { nodes } = await reportNow();
    expect(nodes.map(({ nodeId, reached, standing }) => [nodeId, reached, standing])).toEqual([
      ['start', 3, 0],
      ['call', 3, 2],
      ['name', 1, 1],
      ['mail', 0, 0],
    ]);
  });

  it('knows nothing of conversations that are erased, nor of nodes that are gone', async () => {
    const { id, api, reportNow, ...rest } = await world();
    const { id: contactId } = await api.contacts.create({ name: 'Ada', email: 'ada@example.org' });
    await api.sessions.start({ workflowId: id, contactId });
    await talk(rest, id);
    await api.contacts.remove({ id: contactId });
    const { nodes, edges } = graphOf(leads);
    const isLeft = (nodeId: string) => nodeId !== 'name';
    await api.workflows.update({
      id,
      nodes: nodes.filter((node) => isLeft(node.id)),
      edges: edges.filter((edge) => isLeft(edge.sourceNodeId) && isLeft(edge.targetNodeId)),
    });
    const told = await reportNow();
    expect(told).toMatchObject({ started: 1, open: 1 });
    expect(told.nodes.map(({ nodeId, reached, standing }) => [nodeId, reached, standing])).toEqual([
      ['start', 1, 0],
      ...['budget', 'rich', 'won', 'bye'].map((nodeId) => [nodeId, 0, 0]),
    ]);
  });
});
