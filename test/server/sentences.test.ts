import { describe, expect, it } from 'vitest';
import { begin, refusal, type Ask } from './kit.ts';

/** A server with a public workflow, and how to start it. */
async function world() {
  const server = await begin();
  const { ask } = await server.register('ada');
  const nodes = [
    { id: 'start', type: 'trigger' },
    { id: 'name', type: 'listen' },
  ];
  const edges = [{ sourceNodeId: 'start', targetNodeId: 'name' }];
  const { body } = await ask('POST', '/workflows', { name: 'Ask', isPublic: true, nodes, edges });
  const { id: workflowId } = body as { id: string };
  return { ...server, ask, start: (as: Ask) => as('POST', '/sessions', { workflowId }) };
}

describe('a refusal says', () => {
  it('which fields there are when they are few, without those of the path', async () => {
    const { ask, start } = await world();
    const { session } = (await start(ask)).body as { session: { id: string } };
    const answer = await ask('POST', `/sessions/${session.id}/messages`, { text: 'Ada' });
    expect(refusal(answer)).toMatchObject({
      code: 'invalid_input',
      message: 'there is no field text. It takes message, messageId, ifSeq, advance',
    });
  });

  it('which field was meant', async () => {
    const { guest } = await begin();
    const answer = await guest('POST', '/sessions', { workflowId: 'feedback', variable: {} });
    expect(refusal(answer)).toMatchObject({ message: 'there is no field variable. Did you mean variables?' });
  });

  it.each([
    ['/logs?since=yesterday', 'since: it must be a time; write one such as 2026-01-31T09:00:00Z'],
    ['/ai/usage?since=yesterday', 'since: it must be a day; write one such as 2026-01-31'],
  ])('how a time is written: %s', async (path, message) => {
    const { register } = await begin();
    expect(refusal(await (await register('ada')).ask('GET', path))).toMatchObject({ message });
  });

  it('how large a body may be', async () => {
    const { guest } = await begin();
    const answer = await guest('POST', '/sessions', { workflowId: 'x'.repeat(1_100_000) });
    expect(refusal(answer)).toMatchObject({
      code: 'too_large',
      message: 'The body of the request is too large: at most 1 MB.',
    });
  });
});
