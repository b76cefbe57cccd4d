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
  message: `call calls the workflow ${name}, which is not there. A workflow in another file is called by its path: ./other.workflow.yaml.`,
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
});

it('a workflow that is not there is told apart from one of the owner’s that was probably meant, and from nobody else’s', async () => {
  const { app, owner } = testWorld(calling({ 'lead-intake': greeting }));
  const { workflows } = app.as(owner);
  const theirs = app.as({ role: 'user', userId: 'someone else', isOperator: false }).workflows;
  await workflows.create({ ...graphOf(greeting), name: 'onboarding' });
  await theirs.create({ ...graphOf(greeting), name: 'billing' });
  const messagesFor = async (name: string) => {
    const saved = await workflows.create({ ...graphOf(greeting), ...calls(name), name: 'main' });
    const { problems } = await workflows.validate(calls(name));
    expect(saved.problems).toEqual(problems);
    return problems.map(({ message }) => message);
  };
  const why = (name: string, hint: string) => `call calls the workflow ${name}, which is not there. ${hint}`;
  expect(await messagesFor('onbording')).toEqual([why('onbording', 'Did you mean onboarding?')]);
  expect(await messagesFor('lead-intakes')).toEqual([why('lead-intakes', 'Did you mean lead-intake?')]);
  expect(await messagesFor('biling')).toEqual([
    why('biling', 'A workflow in another file is called by its path: ./other.workflow.yaml.'),
  ]);
});
