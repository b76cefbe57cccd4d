import { testWorld } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { calling, graphOf, logic, say, start } from './kit.ts';

const greeting = { nodes: [start, say('hi', 'Hi')], edges: ['start -> hi'] };
const calls = (workflow: string) => {
  const { nodes, edges } = graphOf({
    nodes: [start, logic('call', 'subflow', { workflow }), logic('end', 'end')],
    edges: ['start -> call', 'call -> end'],
  });
  return { nodes, edges };
};
const missing = (name: string) => ({
  severity: 'error',
  nodeId: 'call',
  field: 'workflow',
  message: `call calls the workflow ${name}, which is not there.`,
});

describe('a graph that is checked without being saved', () => {
  it('may call what its author may call: workflows of his own by name or id, and templates', async () => {
    const { app, owner } = testWorld(calling({ shipped: greeting }));
    const { workflows } = app.as(owner);
    const { id } = await workflows.create({ ...graphOf(greeting), name: 'mine' });
    for (const name of ['mine', id, 'shipped'])
      expect(await workflows.validate(calls(name))).toEqual({ problems: [] });
    expect(await workflows.validate(calls('nobody’s'))).toEqual({ problems: [missing('nobody’s')] });
  });
  it('may call templates only, for a guest', async () => {
    const { app, owner } = testWorld(calling({ shipped: greeting }));
    await app.as(owner).workflows.create({ ...graphOf(greeting), name: 'mine' });
    const { workflows } = app.as({ role: 'guest' });
    expect(await workflows.validate(calls('shipped'))).toEqual({ problems: [] });
    expect(await workflows.validate(calls('mine'))).toEqual({ problems: [missing('mine')] });
  });
});
