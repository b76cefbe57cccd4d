import { testWorld } from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import { shippedTemplates } from '../../packages/core/src/adapters/shipped-templates.ts';
import { modelWorld } from './world.ts';
import type { Answer } from './wire.ts';

const details = ['high', 'It does not start since Monday.', 'ada@example.com'];
const lead = [
  'Ada',
  'ada@example.com',
  'A new system',
  '30000',
  'Within a month',
  '+1 212 555 0123',
  'tomorrow',
];

async function held(template: string, answers: readonly string[], dead: Answer) {
  const { world, openai } = await modelWorld({ openai: [dead] });
  const templates = await shippedTemplates();
  const { app, owner } = testWorld({ ...world, shipped: templates.list() });
  const api = app.as(owner);
  const { id: workflowId } = await api.workflows.clone({ templateId: template });
  const { session } = await api.sessions.start({ workflowId });
  for (const message of answers) await api.sessions.send({ id: session.id, message });
  return { asked: openai.requests.length, session: await api.sessions.get({ id: session.id }) };
}

it.each<[string, Answer]>([
  ['refuses the key', { status: 401 }],
  ['has failed', { status: 500, body: '<h1>Bad gateway</h1>' }],
  ['takes no more requests', { status: 429 }],
  ['breaks off', { texts: ['You can '], end: 'reset', finish: null }],
  ['says nothing', { texts: [] }],
  ['blocks the answer', { texts: ['You'], finish: 'blocked' }],
])('conversations reach their end with a provider that %s', async (_how, dead) => {
  const support = await held('support-triage', ['How do I reset my password?', ...details], dead);
  expect(support.session).toMatchObject({ status: 'finished', outcome: 'ticket' });
  expect(support.asked).toBeGreaterThan(0);
  const qualification = await held('lead-qualification', lead, dead);
  expect(qualification.session).toMatchObject({ status: 'finished', outcome: 'qualified' });
});
