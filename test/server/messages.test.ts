import { fromFile } from '@crmflow/core';
import { testWorld, type Sketch } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { speaking, upTo } from '../sockets/kit.ts';
import { begin, refusal, type Ask } from './kit.ts';

const start = { id: 'start', type: 'trigger' } as const;
const ask = { id: 'ask', type: 'listen', data: { prompt: 'Again?', saveAs: 'said' } } as const;
const asksOn: Sketch = { nodes: [start, ask], edges: ['start -> ask', 'ask -> ask'] };

async function world({
  sketch = asksOn,
  ...options
}: Parameters<typeof begin>[0] & { sketch?: Sketch } = {}) {
  const server = await begin(options);
  const owner = await server.register('owner');
  const workflow = { ...fromFile({ name: 'talk', ...sketch }, 'the sketch'), isPublic: true };
  const { body } = await owner.ask('POST', '/workflows', workflow);
  const workflowId = (body as { id: string }).id;
  const started = (await server.guest('POST', '/sessions', { workflowId })).body;
  const { session, token } = started as { session: { id: string }; token: string };
  const send = (by: Ask, said: object, headers?: Record<string, string>) =>
    by('POST', `/sessions/${session.id}/messages`, said, headers);
  return { ...server, owner, workflowId, session, token, visitor: server.asking(token), send };
}

describe('messages by REST', () => {
  const rates = { message: { points: 3, seconds: 60 } };

  it('with one id count once, however many copies come', async () => {
    const { visitor, send } = await world({ rates });
    for (const _ of upTo(5))
      expect((await send(visitor, { message: 'Yes', messageId: 'one' })).status).toBe(200);
    for (const messageId of ['two', 'three'])
      expect((await send(visitor, { message: 'Yes', messageId })).status).toBe(200);
    expect((await send(visitor, { message: 'Yes', messageId: 'four' })).status).toBe(429);
  });

  it('that are files are taken once as well, and answered alike, in turn and at once', async () => {
    const photo = { id: 'photo', type: 'listen', data: { kind: 'file', prompt: 'A photo?' } } as const;
    const { url, token, session, visitor } = await world({
      sketch: { nodes: [start, photo, ask], edges: ['start -> photo', 'photo -> ask'] },
    });
    const upload = async () => {
      const body = new FormData();
      body.append('messageId', 'photo-1');
      body.append('file', new Blob(['a picture'], { type: 'image/jpeg' }), 'photo.jpg');
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${url}/api/sessions/${session.id}/files`, {
        method: 'POST',
        headers,
        body,
      });
      return { status: answer.status, body: (await answer.json()) as { events: object[] } };
    };
    const copies = [...(await Promise.all([upload(), upload(), upload()])), await upload()];
    for (const copy of copies) expect(copy).toEqual(copies[0]);
    expect(copies[0]!.status).toBe(201);
    const { body } = await visitor('GET', `/sessions/${session.id}/messages`);
    const texts = (body as { items: { text: string }[] }).items.map(({ text }) => text);
    expect(texts).toEqual(['A photo?', 'photo.jpg', 'Again?']);
  });

  it('of a stranger use up nothing of a session that is not his', async () => {
    const { visitor, guest, register, send } = await world({ rates });
    const stranger = await register('stranger');
    for (const by of [guest, stranger.ask])
      for (const _ of upTo(5)) expect((await send(by, { message: 'Yes' })).status).toBe(404);
    for (const _ of upTo(3)) expect((await send(visitor, { message: 'Yes' })).status).toBe(200);
    expect((await send(visitor, { message: 'Yes' })).status).toBe(429);
  });

  it('that are a double click are one message and a refusal that says what to do', async () => {
    let goOn = () => undefined as void;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    let isAsked = false;
    const ai = speaking(['Nine.'], () => ((isAsked = true), held));
    const { visitor, send } = await world({
      world: testWorld({ ai }),
      sketch: {
        nodes: [start, ask, { id: 'answer', type: 'ai', data: { threshold: 0 } }],
        edges: ['start -> ask', 'ask -> answer', 'answer -> ask'],
        knowledge: [{ question: 'Are you open?', answer: 'We open at nine.' }],
      },
    });
    const first = send(visitor, { message: 'When do you open?' });
    await expect.poll(() => isAsked).toBe(true);
    const second = refusal(await send(visitor, { message: 'When do you open?' }));
    expect(second).toMatchObject({
      status: 409,
      code: 'conflict',
      message: expect.stringContaining('messageId'),
    });
    goOn();
    expect((await first).status).toBe(200);
  });
});

describe('an upload', () => {
  it('is refused before it is read, to whoever may not bring one', async () => {
    const { url, session } = await world();
    for (const [path, status] of [
      ['/knowledge/file', 401],
      [`/sessions/${session.id}/files`, 404],
    ] as const) {
      let isRead = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          isRead += 65_536;
          if (isRead > 20_000_000) controller.close();
          else controller.enqueue(new Uint8Array(65_536));
        },
      });
      const answer = await fetch(`${url}/api${path}`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        body,
        duplex: 'half',
      });
      expect([path, answer.status]).toEqual([path, status]);
      expect(isRead).toBeLessThan(20_000_000);
      await answer.body?.cancel();
    }
  });
});

describe('a server that closes', () => {
  it('says that it is not ready, begins nothing, and lets what is at work be heard to its end', async () => {
    let goOn = () => undefined as void;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    let isAsked = false;
    const ai = speaking(['Nine.'], () => ((isAsked = true), held));
    const { visitor, guest, send, serving, workflowId, session, token, url } = await world({
      world: testWorld({ ai }),
      sketch: {
        nodes: [start, ask, { id: 'answer', type: 'ai', data: { threshold: 0 } }],
        edges: ['start -> ask', 'ask -> answer'],
        knowledge: [{ question: 'Are you open?', answer: 'We open at nine.' }],
      },
    });
    const stream = await fetch(`${url}/api/sessions/${session.id}/events`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
    });
    const answered = send(visitor, { message: 'When do you open?' });
    await expect.poll(() => isAsked).toBe(true);
    const closed = serving.close();
    expect(refusal(await guest('GET', '/health/ready'))).toMatchObject({ status: 503, code: 'unavailable' });
    expect((await guest('GET', '/health')).status).toBe(200);
    expect(refusal(await guest('POST', '/sessions', { workflowId }))).toMatchObject({
      status: 503,
      code: 'unavailable',
    });
    goOn();
    expect(await answered).toMatchObject({ status: 200, body: { session: { status: 'finished' } } });
    expect(await stream.text()).toContain('event: workflow:finished');
    await closed;
    await expect(guest('GET', '/health')).rejects.toThrow();
  });
});
