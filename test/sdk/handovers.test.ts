import { fromFile } from '@crmflow/core';
import { CRMFlow } from '@crmflow/sdk';
import { expect, it } from 'vitest';
import { cuttable, served, twoQuestions } from './kit.ts';

const support = {
  name: 'Support',
  isPublic: true,
  nodes: [...twoQuestions.nodes.slice(0, 2), { id: 'desk', type: 'integration', data: { kind: 'handover' } }],
  edges: ['start -> name', 'name -> desk', 'desk -> name'],
};
const PERSON = { email: 'ada@example.com', password: 'correct horse battery' };

async function begin() {
  const { url, app } = await served();
  const line = await cuttable(url);
  const ada = new CRMFlow({ url: line.url, retries: 0 });
  const { user } = await ada.register(PERSON);
  const { id: workflowId } = await app
    .as({ role: 'user', userId: user.id })
    .workflows.create(fromFile(support, 'the sketch'));
  return { ...line, url, ada, guest: new CRMFlow({ url }), workflowId };
}
it('loops over sessions that wait for a person, also when the line was cut, and misses nothing', async () => {
  const { ada, guest, workflowId, cut } = await begin();
  const leave = new AbortController();
  const connections: boolean[] = [];
  const events = ada.handovers({ signal: leave.signal, onConnection: (is) => connections.push(is) });
  const next = async () => (await events.next()).value!;
  const { id } = await guest.start({ workflowId });
  const say = (message: string) => guest.sessions.send({ id, message });
  await say('A person, please');
  expect(await next()).toMatchObject({ type: 'handover:waiting', sessionId: id, workflowName: 'Support' });
  cut();
  await say('Missed?');
  expect(await next()).toMatchObject({ type: 'handover:message', message: { text: 'Missed?' } });
  await ada.sessions.handBack({ id });
  expect(await next()).toEqual({ type: 'handover:over', sessionId: id });
  expect(connections).toEqual([true, false, true]);
  const last = events.next();
  leave.abort(new Error('Enough.'));
  await expect(last).rejects.toThrow('Enough.');
});

it('refuses a guest for good', async () => {
  const { guest } = await begin();
  await expect(guest.handovers().next()).rejects.toMatchObject({
    code: 'unauthenticated',
    message: 'Log in first. It takes a login: Hear which sessions wait for a person.',
  });
});
