import { describe, expect, it } from 'vitest';
import { ask, begin, say, start, twoQuestions, upTo } from './kit.ts';

describe('a conversation by socket', () => {
  it('walks a workflow step by step for a client that knows no acknowledgements', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep({
      nodes: [start, say('hello', 'Hello.'), ask('name', 'Your name?'), say('bye', 'Bye, {{ name }}.')],
      edges: ['start -> hello', 'hello -> name', 'name -> bye'],
    });
    const client = await connect();
    client.socket.emit('session:start', { workflowId });
    const begun = await client.nth('session:started');
    expect(begun).toMatchObject({ workflowId, totalNodes: 4, activeNode: { id: 'start', type: 'trigger' } });
    let node = 'start';
    for (const at of [1, 2, 3, 4]) {
      client.socket.emit('node:execute', { nodeId: node });
      if (node === 'name') {
        expect(await client.nth('system:waiting_for_input')).toMatchObject({
          nodeId: 'name',
          expects: { kind: 'text' },
        });
        client.socket.emit('user:message', { message: 'Ada' });
      }
      expect(await client.nth('node:execution_complete', at)).toMatchObject({ nodeId: node });
      client.socket.emit('workflow:advance', { fromNodeId: node });
      if (at === 4) break;
      const { node: next } = await client.nth('workflow:node_activated', at);
      node = (next as { id: string }).id;
    }
    expect(await client.nth('workflow:finished')).toMatchObject({ completedNodes: 4 });
    expect(client.said()).toEqual(['Hello.', 'Your name?', 'Ada', 'Bye, Ada.']);
    expect(client.all('error:api')).toEqual([]);
    expect(client.seqs()).toEqual(upTo(client.heard.length));
  });

  it('takes one call a step from a client that says so', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep(twoQuestions);
    const client = await connect();
    const { data } = await client.call('session:start', { workflowId });
    let { session } = data!;
    for (let calls = 0; session.status === 'waiting' && calls < 20; calls++) {
      const { wait, nodeId } = session;
      const answer =
        wait?.for === 'message'
          ? await client.call('user:message', { message: 'Ada', advance: true })
          : await client.call('node:execute', { nodeId, advance: true });
      ({ session } = answer.data!);
    }
    expect(session.status).toBe('finished');
    expect(client.said()).toEqual(['Your name?', 'Ada', 'Your town?', 'Ada', 'Bye, Ada of Ada.']);
    expect(client.seqs()).toEqual(upTo(client.heard.length));
  });

  it('runs on by itself in auto mode, and tells its starter the token once', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep(twoQuestions);
    const client = await connect();
    const { ok, data } = await client.call('session:start', { workflowId, mode: 'auto' });
    expect(ok).toBe(true);
    await client.call('user:message', { message: 'Ada' });
    await client.call('user:message', { message: 'Paris' });
    expect(client.said()).toEqual(['Your name?', 'Ada', 'Your town?', 'Paris', 'Bye, Ada of Paris.']);
    expect(client.names().at(-1)).toBe('workflow:finished');
    expect(client.seqs()).toEqual(upTo(client.heard.length));
    expect(client.heard.filter(({ payload }) => 'token' in payload)).toEqual([
      { event: 'session:started', payload: expect.objectContaining({ token: data!.token }) },
    ]);
  });

  it('shows the variables at the end to the owner and not to a visitor', async () => {
    const { keep, connect, register } = await begin();
    const { token, api } = await register();
    const workflowId = await keep(twoQuestions, api);
    const [visitor, owner] = [await connect(), await connect({ token })];
    const { data } = await visitor.call('session:start', { workflowId, mode: 'auto' });
    await owner.call('session:resume', { sessionId: data!.session.id });
    await visitor.call('user:message', { message: 'Ada' });
    await visitor.call('session:end');
    expect(await owner.nth('workflow:finished')).toMatchObject({
      outcome: 'ended',
      variables: { name: 'Ada' },
    });
    expect(await visitor.nth('workflow:finished')).not.toHaveProperty('variables');
    expect(await visitor.nth('workflow:finished')).not.toHaveProperty('owner');
  });
});
