import { describe, expect, it } from 'vitest';
import { begin, connect, twoQuestions, upTo } from './kit.ts';

describe('events that wait for no acknowledgement', () => {
  it('are taken in the order they came: what follows a start is said in the session it starts', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep(twoQuestions);
    const client = await connect();
    client.socket.emit('session:start', { workflowId, mode: 'auto' });
    client.socket.emit('user:message', { message: 'Ada', messageId: '1' });
    client.socket.emit('user:message', { message: 'Paris', messageId: '2' });
    await client.nth('workflow:finished');
    expect(client.said().at(-1)).toBe('Bye, Ada of Paris.');
    expect(client.all('error:api')).toEqual([]);
  });

  it('reach the session that is resumed, also when it is named and when many come at once', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep(twoQuestions);
    const first = await connect();
    const { session, token } = (await first.call('session:start', { workflowId, mode: 'auto' })).data!;
    const { session: other } = (await first.call('session:start', { workflowId, mode: 'auto' })).data!;
    const second = await connect();
    second.socket.emit('session:resume', { sessionId: session.id, token, lastSeq: 0 });
    second.socket.emit('user:message', { sessionId: session.id, message: 'Ada', messageId: '1' });
    second.socket.emit('user:message', { message: 'Paris', messageId: '2' });
    await second.nth('workflow:finished');
    expect(second.said().at(-1)).toBe('Bye, Ada of Paris.');
    expect(second.seqs()).toEqual(upTo(second.seqs().length));
    expect((await first.call('user:message', { sessionId: other.id, message: 'Eve' })).ok).toBe(true);
  });

  it('walk a session in step mode', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep(twoQuestions);
    const client = await connect();
    const { socket } = client;
    socket.emit('session:start', { workflowId });
    socket.emit('node:execute', { nodeId: 'start' });
    socket.emit('workflow:advance', { fromNodeId: 'start' });
    socket.emit('node:execute', { nodeId: 'name' });
    socket.emit('user:message', { message: 'Ada', messageId: '1' });
    socket.emit('workflow:advance', { fromNodeId: 'name' });
    socket.emit('session:end');
    await client.nth('workflow:finished');
    expect(client.names().filter((name) => name === 'workflow:node_activated')).toHaveLength(2);
    expect(client.all('error:api')).toEqual([]);
  });
});

it('cuts a socket whose client does not read, and tells the rest to whoever comes back', async () => {
  const { app, keep, url } = await begin();
  const workflowId = await keep({
    nodes: [twoQuestions.nodes[0]!, twoQuestions.nodes[1]!],
    edges: ['start -> name', 'name -> name'],
  });
  const client = await connect(url);
  const { session, token } = (await client.call('session:start', { workflowId, mode: 'auto' })).data!;
  // The connection below Socket.IO and its WebSocket: what a computer that sleeps does.
  const line = (client.socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } }).ws;
  line.pause();
  const api = app.as({ role: 'guest', sessionToken: token });
  const send = () => api.sessions.send({ id: session.id, message: '€'.repeat(4_000) });
  for (let n = 0; n < 1_400; n++) {
    await send();
    await new Promise(setImmediate);
  }
  line.resume();
  await client.until(() => client.socket.disconnected);
  const last = Number(client.seqs().at(-1));
  const { seq } = await api.sessions.get({ id: session.id });
  expect(last).toBeLessThan(seq);
  expect(client.seqs()).toEqual(upTo(last));
  const again = await connect(url);
  const resumed = await again.call('session:resume', { sessionId: session.id, token, lastSeq: last });
  expect(resumed.ok).toBe(true);
  expect(again.seqs()[0]).toBe(last + 1);
  expect(again.seqs().at(-1)).toBe(seq);
});
