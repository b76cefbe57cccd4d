import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testWorld } from '@crmflow/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import type { Store } from '../../packages/core/src/store.ts';
import { begin } from '../server/kit.ts';

const PATHS = ['/knowledge/file', '/knowledge/pdf', '/knowledge/voice'];

/** Ada, who sends forms, and a folder for temporary files in which nothing may be left. */
async function uploading(store: Store = createMemoryStore()) {
  const folder = mkdtempSync(join(tmpdir(), 'crmflow-uploads-'));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  const { url, register } = await begin({ world: testWorld({ store }) });
  onTestFinished(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true });
  });
  const { token, ask } = await register('ada');
  const headers = { authorization: `Bearer ${token}` };
  return {
    url,
    ask,
    headers,
    left: () => readdirSync(folder),
    async items() {
      return ((await ask('GET', '/knowledge')).body as { items: { name: string }[] }).items;
    },
    async send(path: string, form: FormData) {
      const answer = await fetch(`${url}/api${path}`, { method: 'POST', headers, body: form });
      const body = (await answer.json()) as { name?: string; error?: { code: string } };
      return { status: answer.status, body };
    },
  };
}
const formOf = (content: string | Uint8Array<ArrayBuffer>, name: string, type = 'text/plain') => {
  const form = new FormData();
  form.append('file', new Blob([content], { type }), name);
  return form;
};

/** A form as no library would write it. */
const rawForm = (head: string, rest = '\r\nhello\r\n--b--\r\n') => `--b\r\n${head}\r\n${rest}`;
const DISPOSITION = 'Content-Disposition: form-data; name="file"; filename=';

describe('an upload', () => {
  it.each([
    ['a NUL in its name', rawForm(`${DISPOSITION}"nul\0.txt"\r\nContent-Type: text/plain\r\n`)],
    ['a NUL in its type', rawForm(`${DISPOSITION}"a.txt"\r\nContent-Type: text/\0plain\r\n`)],
    ['a NUL in the name of a header', rawForm(`${DISPOSITION}"a.txt"\r\nContent\0-Type: text/plain\r\n`)],
    ['a name of 100 kB', rawForm(`${DISPOSITION}"${'a'.repeat(100_000)}.txt"\r\n`)],
    ['no end', '--b\r\n'],
    ['no end of its file', rawForm(`${DISPOSITION}"a.txt"\r\n`, '\r\nhello')],
    ['no boundary', 'hello', 'multipart/form-data'],
  ])(
    'that has %s is refused as what cannot be read',
    async (_, body, type = 'multipart/form-data; boundary=b') => {
      const { url, headers, items, left } = await uploading();
      for (const path of PATHS) {
        const sent = { method: 'POST', headers: { ...headers, 'content-type': type }, body };
        const answer = await fetch(`${url}/api${path}`, sent);
        expect([path, answer.status]).toEqual([path, 400]);
        expect(await answer.json()).toMatchObject({ error: { code: 'invalid_input' } });
      }
      expect([await items(), left()]).toEqual([[], []]);
    },
  );

  it.each(PATHS)('to %s that is only JSON is refused, and nothing is read', async (path) => {
    const { ask, items, left } = await uploading();
    const wishes = [
      { file: { name: 'passwd', path: '/etc/passwd', mimeType: 'text/plain' } },
      { file: { filepath: '/etc/passwd', bytes: [1, 2, 3] } },
      { file: 'file:///etc/passwd' },
    ];
    for (const body of wishes) {
      const { status, body: answered } = await ask('POST', path, body);
      expect([status, JSON.stringify(answered)]).toEqual([
        415,
        expect.not.stringContaining('root:') as string,
      ]);
    }
    expect([await items(), left()]).toEqual([[], []]);
  });

  it.each([
    [
      'ten thousand fields',
      (form: FormData) => Array.from({ length: 10_000 }, (_, at) => form.append(`f${at}`, 'x')),
    ],
    ['a name a thousand levels deep', (form: FormData) => form.append(`a${'[b]'.repeat(1_000)}`, 'x')],
    ['a short name a few levels deep', (form: FormData) => form.append(`a${'[b]'.repeat(10)}`, 'x')],
    ['a field called __proto__', (form: FormData) => form.append('__proto__[polluted]', 'x')],
    ['two files', (form: FormData) => form.append('file', new Blob(['two']), 'two.txt')],
    ['a file in another field', (form: FormData) => form.append('other', new Blob(['two']), 'two.txt')],
    ['a field nobody knows', (form: FormData) => form.append('role', 'admin')],
    ['a field of a megabyte', (form: FormData) => form.append('password', 'x'.repeat(1_000_000))],
  ])('with %s is refused and leaves nothing', async (_what, add) => {
    const { send, items, left } = await uploading();
    const form = formOf('Open daily.', 'hours.txt');
    add(form);
    const { status, body } = await send('/knowledge/file', form);
    expect([status, body.error?.code]).toEqual([400, 'invalid_input']);
    expect([await items(), left()]).toEqual([[], []]);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it('whose client goes away in the middle leaves nothing, and the next one works', async () => {
    const { url, headers, send, items, left } = await uploading();
    const { hostname, port } = new URL(url);
    for (let at = 0; at < 5; at++) {
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST /api/knowledge/file HTTP/1.1\r\nhost: x\r\nauthorization: ${headers.authorization}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 1000000\r\n\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n${'x'.repeat(50_000)}`,
      );
      await once(socket, 'ready');
      socket.destroy();
      await once(socket, 'close');
    }
    expect((await send('/knowledge/file', formOf('Open daily.', 'hours.txt'))).status).toBe(201);
    expect([(await items()).map(({ name }) => name), left()]).toEqual([['hours.txt'], []]);
  });

  it('of a byte more than may be is refused, and one without end while it is still on its way', async () => {
    const { url, headers, send, items, left } = await uploading();
    const { status } = await send('/knowledge/file', formOf(new Uint8Array(25_000_001), 'large.txt'));
    expect(status).toBe(413);
    const type = { 'content-type': 'multipart/form-data; boundary=b', 'transfer-encoding': 'chunked' };
    const sending = request(`${url}/api/knowledge/file`, {
      method: 'POST',
      headers: { ...headers, ...type },
    });
    let answered: number | undefined;
    sending.on('error', () => undefined).once('response', ({ statusCode }) => (answered = statusCode));
    sending.write('--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n');
    const piece = Buffer.alloc(1_000_000, 'x');
    for (let sent = 0; sent < 100 && answered === undefined; sent++)
      await new Promise((resolve) => sending.write(piece, resolve));
    sending.destroy();
    expect([answered, await items(), left()]).toEqual([413, [], []]);
  });

  it('of somebody without a login is refused before it is read', async () => {
    const { url } = await uploading();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /api/knowledge/file HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 9000000\r\n\r\n--b',
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(head.toString()).toMatch(/^HTTP\/1.1 401 /);
  });

  it('beyond what a user may keep is refused', async () => {
    const memory = createMemoryStore();
    const full = { items: 1, size: 200_000_000 };
    const store: Store = {
      ...memory,
      knowledge: { ...memory.knowledge, usage: () => Promise.resolve(full) },
    };
    const { send, items } = await uploading(store);
    const { status, body } = await send('/knowledge/file', formOf('Open daily.', 'hours.txt'));
    expect([status, body.error?.code, await items()]).toEqual([413, 'too_large', []]);
  });
});

describe("a file's name", () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['/absolute/path.txt', 'path.txt'],
    [`${'n'.repeat(300)}.txt`, `${'n'.repeat(100)}.txt`],
    ['\u202etxt.exe', 'txt.exe'],
    ['line\nbreak.txt', /^[^\n]*break\.txt$/],
    ['Übersicht – 日本.txt', 'Übersicht – 日本.txt'],
  ])('%j is kept as one that is safe', async (given, kept) => {
    const { send } = await uploading();
    const { status, body } = await send('/knowledge/file', formOf(`Of ${given}.`, given));
    expect(status).toBe(201);
    expect(body.name).toEqual(typeof kept === 'string' ? kept : (expect.stringMatching(kept) as string));
  });
});

describe('a file named .pdf', () => {
  it.each([
    ['that is a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['that is a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['that is an archive', Buffer.from('504b0304140000000800', 'hex')],
    ['that is empty', Buffer.alloc(0)],
    ['of which only the beginning is there', Buffer.from('%PDF-1.7\n1 0 obj')],
  ])('%s is refused with a reason, and no item is made', async (_what, bytes) => {
    const { send, items } = await uploading();
    const { status, body } = await send(
      '/knowledge/pdf',
      formOf(new Uint8Array(bytes), 'a.pdf', 'application/pdf'),
    );
    expect([400, 415, 422]).toContain(status);
    expect(body.error?.code).toBeDefined();
    expect(await items()).toEqual([]);
  });
});
