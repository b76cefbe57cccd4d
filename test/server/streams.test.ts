import { connect as dial } from 'node:net';
import { fromFile } from '@crmflow/core';
import { type Sketch } from '@crmflow/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { begin, refusal } from './kit.ts';

const asksOn: Sketch = {
  nodes: [
    { id: 'start', type: 'trigger' },
    { id: 'ask', type: 'listen', data: { prompt: 'Again?', saveAs: 'said' } },
  ],
  edges: ['start -> ask', 'ask -> ask'],
};
const unlimited = { message: { points: 1e6, seconds: 1 }, request: { points: 1e6, seconds: 1 } };

async function world() {
  const server = await begin({ recheckMs: 30, rates: unlimited });
  const owner = await server.register('owner');
  const workflow = { ...fromFile({ name: 'talk', ...asksOn }, 'the sketch'), isPublic: true };
  const { body } = await owner.ask('POST', '/workflows', workflow);
  const started = await server.guest('POST', '/sessions', { workflowId: (body as { id: string }).id });
  const { session, token } = started.body as { session: { id: string; seq: number }; token: string };
  const at = `/sessions/${session.id}/events`;
  const open = async (shown: string, headers: Record<string, string> = {}, query = '') => {
    const gone = new AbortController();
    onTestFinished(() => gone.abort());
    return fetch(`${server.url}/api${at}${query}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${shown}`, ...headers },
      signal: gone.signal,
    });
  };
  return { ...server, owner, session, token, open, visitor: server.asking(token) };
}

describe('a stream of events', () => {
  it('ends, and says why, when the password of its login is changed', async () => {
    const { owner, open } = await world();
    const stream = await open(owner.token);
    await owner.ask('PUT', '/auth/password', {
      currentPassword: owner.password,
      newPassword: 'a better horse battery',
    });
    const text = await stream.text();
    expect(text).toMatch(/event: error\ndata: .*"code":"unauthenticated"/);
    expect(text.match(/event: error/g)).toHaveLength(1);
  });

  it('ends when the account of its login is closed, and when its session is erased', async () => {
    const { owner, open, token, visitor, session } = await world();
    const [owners, visitors] = [await open(owner.token), await open(token)];
    expect((await visitor('DELETE', `/sessions/${session.id}`)).status).toBe(204);
    expect(await visitors.text()).toContain('event: workflow:finished');
    await owners.text();
    expect((await open(token)).status).toBe(404);
  });

  it('goes on for others when a login dies', async () => {
    const { owner, open, token, visitor, session } = await world();
    const [owners, visitors] = [await open(owner.token), await open(token)];
    await owner.ask('PUT', '/auth/password', {
      currentPassword: owner.password,
      newPassword: 'a better horse battery',
    });
    await owners.text();
    await visitor('POST', `/sessions/${session.id}/end`);
    expect(await visitors.text()).toMatch(/event: workflow:finished(?![^]*event: error)/);
  });

  it('of a session that is over gives what is left, then answers that nothing will come', async () => {
    const { open, token, visitor, session } = await world();
    const { body } = await visitor('POST', `/sessions/${session.id}/end`);
    const { seq } = (body as { session: { seq: number } }).session;
    const rest = await open(token, { 'last-event-id': String(seq - 1) });
    expect(await rest.text()).toMatch(new RegExp(`^id: ${seq}\nevent: workflow:finished\n.*\n\n$`));
    const again = await open(token, { 'last-event-id': String(seq) });
    expect([again.status, await again.text()]).toEqual([204, '']);
  });

  it.each(['-1', 'x', '1.5', '1e3', '99999'])(
    'after the event %s, which there is none of, is refused',
    async (last) => {
      const { open, token } = await world();
      for (const stream of [
        await open(token, { 'last-event-id': last }),
        await open(token, {}, `?after=${last}`),
      ]) {
        const answer = { status: stream.status, headers: stream.headers, body: await stream.json() };
        expect(refusal(answer)).toMatchObject({ status: 400, code: 'invalid_input' });
      }
    },
  );

  it('is cut when its client does not read, holds no memory for it, and gives the rest to whoever comes back', async () => {
    const { url, app, token, session, visitor, open } = await world();
    const { hostname, port } = new URL(url);
    const line = dial(Number(port), hostname);
    onTestFinished(() => void line.destroy());
    line.write(
      `GET /api/sessions/${session.id}/events HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\nauthorization: Bearer ${token}\r\n\r\n`,
    );
    await new Promise((resolve) => line.once('data', resolve));
    line.pause();
    let isCut = false;
    line.on('close', () => (isCut = true)).on('error', () => undefined);
    const api = app.as({ role: 'guest', sessionToken: token });
    const send = () => api.sessions.send({ id: session.id, message: '€'.repeat(4_000) });
    for (let n = 0; n < 1_200; n++) {
      await send();
      await new Promise(setImmediate);
    }
    const { seq } = await api.sessions.get({ id: session.id });
    let read = '';
    line.on('data', (piece: Buffer) => (read += piece.toString('latin1')));
    line.resume();
    await expect.poll(() => isCut, { timeout: 5_000 }).toBe(true);
    const last = Number([...read.matchAll(/^id: (\d+)$/gm)].at(-2)![1]);
    expect(last).toBeLessThan(seq);
    await visitor('POST', `/sessions/${session.id}/end`);
    const rest = await (await open(token, { 'last-event-id': String(last) })).text();
    expect(Number(/id: (\d+)/.exec(rest)![1])).toBe(last + 1);
    expect(rest).toContain('event: workflow:finished');
  });
});
