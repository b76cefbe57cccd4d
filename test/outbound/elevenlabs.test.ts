import { fromFile } from '@crmflow/core';
import { testWorld, type TestWorld } from '@crmflow/core/testing';
import { json as read } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { mortal } from '../engine/kit.ts';
import { serve } from '../http/support.ts';
import { begin } from '../server/kit.ts';
import { dyingHttp, keeping, nobody, sendingWorld, sketch, standingFor, throughCrash } from './kit.ts';

const API = 'https://api.elevenlabs.io';
const VOICE = 'JBFqnCBsd6RMkjVDRZzb';
const SOUND = Buffer.from([0xff, 0xfb, 1, 2, 3, 4, 5, 6, 7, 8]);
const keep = keeping({ elevenlabs: { key: 'sk_0123' } });

type Reply = { status: number; json?: object; type?: string; bytes?: Buffer } | 'silence';

/** ElevenLabs on loopback: sound for a text, under its key; or what the test likes, in turn, the last from then on. */
async function elevenlabs(...replies: Reply[]) {
  const heard: { path: string; body: object }[] = [];
  const server = await serve(async (request, response) => {
    heard.push({ path: request.url!, body: (await read(request)) as object });
    const isKnown = request.headers['xi-api-key'] === 'sk_0123';
    const usual: Reply = isKnown
      ? { status: 200, type: 'audio/mpeg', bytes: SOUND }
      : { status: 401, json: { detail: { status: 'invalid_api_key', message: 'Invalid API key' } } };
    const reply = replies[Math.min(heard.length, replies.length) - 1] ?? usual;
    if (reply === 'silence') return;
    const {
      status,
      json,
      type = 'application/json',
      bytes = Buffer.from(JSON.stringify(json ?? {})),
    } = reply;
    response.writeHead(status, { 'content-type': type, 'retry-after': '0.01' }).end(bytes);
  });
  return { heard, server, http: standingFor(server, API) };
}
const GOOD: Reply = { status: 200, type: 'audio/mpeg', bytes: SOUND };
const speaking = (data: object = {}) =>
  sketch(
    {
      kind: 'elevenlabs_speech',
      text: 'Hello {{ x }}',
      voice: VOICE,
      timeoutSeconds: 2,
      saveAs: 'url',
      ...data,
    },
    {},
    ['refused', 'unavailable'],
  );

/** Says it once: the session, what was said, and where the sound is. */
async function say({ app, owner }: TestWorld, data: object = {}, x = 'Ada') {
  const api = app.as(owner);
  const { id: workflowId } = await api.workflows.create(fromFile(speaking(data), 'w'));
  const { session } = await api.sessions.start({ workflowId, variables: { x } });
  const { items } = await api.sessions.messages({ id: session.id });
  const url = items.find(({ media }) => media)?.media?.url;
  return {
    id: session.id,
    items,
    said: items
      .map(({ text }) => text)
      .join('\n')
      .trim(),
    token: url?.split('/').at(-1),
    api,
  };
}

describe('a text that is said', () => {
  it('is a line of sound at an address that anybody may fetch', async () => {
    const { http, heard } = await elevenlabs();
    const world = await sendingWorld({ http }, keep);
    const { items, said, token, id, api } = await say(world, { language: 'de' });
    expect(said).toBe('sent');
    const url = `https://crm.example.com/api/files/${token}`;
    expect(items[0]).toMatchObject({
      from: 'bot',
      text: '',
      media: { kind: 'audio', url, alt: 'Hello Ada' },
    });
    expect((await api.sessions.get({ id })).variables).toMatchObject({ url });
    expect(heard).toEqual([
      {
        path: `/v1/text-to-speech/${VOICE}?output_format=mp3_44100_128`,
        body: { text: 'Hello Ada', model_id: 'eleven_multilingual_v2', language_code: 'de' },
      },
    ]);
    const file = await world.app.published(token!);
    expect([file.mimeType, Buffer.from(file.bytes)]).toEqual(['audio/mpeg', SOUND]);
  });

  it('is made once for the same text and voice, and each session has its own', async () => {
    const { http, heard } = await elevenlabs();
    const world = await sendingWorld({ http }, keep);
    const [one, other] = [await say(world), await say(world)];
    expect(heard).toHaveLength(1);
    expect(other.token).not.toBe(one.token);
    await one.api.sessions.remove({ id: one.id });
    await expect(world.app.published(one.token!)).rejects.toMatchObject({ code: 'not_found' });
    expect((await world.app.published(other.token!)).bytes).toHaveLength(SOUND.length);
    await say(world, {}, 'Grace');
    await say(world, { model: 'eleven_flash_v2_5' });
    await say(world, { format: 'mp3_22050_32' });
    expect(heard).toHaveLength(4);
  });

  it('of one owner is not heard by another, who has no key', async () => {
    const { http, heard } = await elevenlabs();
    const world = await sendingWorld({ http }, keep);
    await say(world);
    const other: TestWorld = { ...world, owner: { role: 'user', userId: 'other' } };
    expect((await say(other)).said).toMatch(/^refused no_key: /);
    expect(heard).toHaveLength(1);
  });

  it('is not paid for again after a crash that came when it was kept', async () => {
    const { http, heard } = await elevenlabs();
    const { life, store } = mortal();
    const world = await sendingWorld({ http, store }, keep);
    life.commits = 1;
    await say(world);
    expect(heard).toHaveLength(1);
    life.commits = Infinity;
    const next = testWorld({ http, store });
    await next.app.recover();
    await next.app.tick();
    await next.app.rest();
    const { items } = await next.app.as(next.owner).sessions.list({});
    expect(items.map(({ status }) => status)).toEqual(['finished']);
    expect(heard).toHaveLength(1);
  });

  it('is asked for again after a crash that came before', async () => {
    const { http, heard } = await elevenlabs();
    const said = await throughCrash(
      speaking({ text: 'Hello' }),
      { dying: { http: dyingHttp(http) }, living: { http }, isDone: () => heard.length > 0 },
      keep,
    );
    expect(said.trim()).toBe('sent');
    expect(heard).toHaveLength(2);
  });

  it.each<[string, Reply[], string, number]>([
    [
      'a 429, then sound',
      [{ status: 429, json: { detail: { status: 'too_many_concurrent_requests' } } }, GOOD],
      'sent',
      2,
    ],
    ['429s', [{ status: 429, json: { detail: { status: 'system_busy' } } }], 'unavailable rate_limited', 3],
    ['a 500', [{ status: 500 }], 'unavailable provider', 1],
    ['503s', [{ status: 503 }], 'unavailable provider', 3],
    [
      'a used-up quota',
      [{ status: 401, json: { detail: { status: 'quota_exceeded' } } }],
      'refused quota',
      1,
    ],
    ['another key', [{ status: 401, json: { detail: { status: 'invalid_api_key' } } }], 'refused auth', 1],
    ['no such voice', [{ status: 404, json: { detail: { status: 'voice_not_found' } } }], 'refused voice', 1],
    ['a 422', [{ status: 422, json: { detail: [{ msg: 'Hello Ada is bad' }] } }], 'refused rejected', 1],
    ['JSON for sound', [{ status: 200, json: {} }], 'unavailable malformed', 1],
    ['no bytes', [{ status: 200, type: 'audio/mpeg', bytes: Buffer.alloc(0) }], 'unavailable malformed', 1],
    [
      'too many bytes',
      [{ status: 200, type: 'audio/mpeg', bytes: Buffer.alloc(10_000_001) }],
      'unavailable too_large',
      1,
    ],
    ['silence', ['silence'], 'unavailable timeout', 1],
  ])('that is answered by %s comes to what it is', async (_, replies, expected, times) => {
    const { http, heard } = await elevenlabs(...replies);
    const world = await sendingWorld({ http }, keep);
    const { said } = await say(world, { timeoutSeconds: replies[0] === 'silence' ? 0.3 : 5 });
    expect(said.startsWith(expected === 'sent' ? 'sent' : `${expected}: `)).toBe(true);
    expect(said).not.toContain('Hello');
    expect(heard).toHaveLength(times);
  });

  it('is refused before anybody is asked when there is nothing, or too much, to say', async () => {
    const { http, heard } = await elevenlabs();
    const world = await sendingWorld({ http }, keep);
    expect((await say(world, { text: '{{ x }}' }, ' ')).said).toMatch(/^refused empty: /);
    expect((await say(world, { text: '{{ x }}' }, 'a'.repeat(5_001))).said).toMatch(/^refused too_long: /);
    expect((await say(await sendingWorld({ http }, keeping({})))).said).toMatch(/^refused no_key: /);
    const away = await sendingWorld({ http: standingFor(await nobody(), API) }, keep);
    expect((await say(away)).said).toMatch(/^unavailable connect: /);
    expect(heard).toEqual([]);
  });
});

describe('the address of a sound', () => {
  async function served() {
    const { http } = await elevenlabs();
    const world = await sendingWorld({ http }, keep);
    const { token, id } = await say(world);
    const { url } = await begin({ world });
    return {
      world,
      id,
      token: token!,
      get: (of: string, headers = {}) => fetch(`${url}/api/files/${of}`, { headers }),
    };
  }

  it('gives it whole or in part, as nothing but sound', async () => {
    const { token, get } = await served();
    const whole = await get(token);
    expect(whole.status).toBe(200);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'audio/mpeg',
      'content-length': String(SOUND.length),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=86400, immutable',
    });
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(SOUND);
    const part = await get(token, { range: 'bytes=2-4' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 2-4/10']);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(SOUND.subarray(2, 5));
    expect((await get(token, { range: 'bytes=99-' })).status).toBe(416);
  });

  it('is none that anybody else could make', async () => {
    const { world, id, token, get } = await served();
    const [, fileId, mark] = token.split('.') as [string, string, string];
    for (const other of [
      `${id}.${fileId}.${'0'.repeat(40)}`,
      `${id}.x${fileId}.${mark}`,
      fileId,
      `${id}.${fileId}.`,
    ])
      expect((await get(other)).status).toBe(404);
    await world.app.as(world.owner).sessions.remove({ id });
    expect((await get(token)).status).toBe(404);
  });
});
