import {
  brotliCompressSync,
  createBrotliCompress,
  createGzip,
  deflateRawSync,
  deflateSync,
  gzipSync,
} from 'node:zlib';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { door, doorTo, get, refusal, serve, serveRaw, text, verdict } from './support.ts';

/** Writes a chunk again and again for as long as somebody reads. */
function endless(answer: ServerResponse, chunk: Buffer) {
  const more = () => {
    while (!answer.destroyed && answer.write(chunk));
    if (!answer.destroyed) answer.once('drain', more);
  };
  more();
}

const zeros = function* (megabytes: number) {
  const megabyte = Buffer.alloc(1_000_000);
  for (let i = 0; i < megabytes; i++) yield megabyte;
};

describe('an answer', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['identity', (plain: Buffer) => plain],
    ['', (plain: Buffer) => plain],
    ['deflate, gzip', (plain: Buffer) => gzipSync(deflateSync(plain))],
    ['br, identity, gzip', (plain: Buffer) => gzipSync(brotliCompressSync(plain))],
  ])('compressed as "%s" is read, and says nothing of how it travelled', async (encoding, compress) => {
    const plain = Buffer.from('Grüße '.repeat(5_000));
    const server = await serve((_, answer) =>
      answer.writeHead(200, { 'content-encoding': encoding, 'x-a': '1' }).end(compress(plain)),
    );
    const { headers, body } = await doorTo(server).send(get(server.url));
    expect(text(body)).toBe(plain.toString());
    expect(headers).toMatchObject({ 'x-a': '1' });
    const isCompressed = !['', 'identity'].includes(encoding);
    expect('content-length' in headers || 'content-encoding' in headers).toBe(!isCompressed);
  });

  it.each([
    ['to a HEAD', 'HEAD', 200],
    ['204', 'GET', 204],
    ['304', 'GET', 304],
    ['with an empty body', 'GET', 200],
  ])('%s needs no body, whatever its headers say', async (_, method, status) => {
    const server = await serve((_request, answer) => {
      answer.writeHead(status, {
        'content-encoding': 'gzip',
        ...(method === 'HEAD' && { 'content-length': '9999999' }),
      });
      answer.end();
    });
    const answer = await doorTo(server).send({ method, url: server.url });
    expect([answer.status, answer.body.byteLength]).toEqual([status, 0]);
  });

  it.each([
    [
      'is no gzip though it says so',
      'gzip',
      Buffer.from('not compressed at all'),
      'provider_failed encoding',
    ],
    [
      'is no Brotli though it says so',
      'br',
      Buffer.from('not compressed at all'),
      'provider_failed encoding',
    ],
    ['uses an encoding that nobody asked for', 'zstd', Buffer.from('x'), 'provider_failed encoding'],
    ['is wrapped over and over', 'gzip, gzip, gzip', Buffer.from('x'), 'provider_failed encoding'],
    [
      'stops in the middle of gzip',
      'gzip',
      gzipSync('x'.repeat(999)).subarray(0, 20),
      'provider_failed broken',
    ],
    [
      'stops in the middle of Brotli',
      'br',
      brotliCompressSync(String(Math.random())).subarray(0, 9),
      'provider_failed broken',
    ],
  ])('that %s is a broken one', async (_, encoding, bytes, expected) => {
    const server = await serve((_request, answer) =>
      answer.writeHead(200, { 'content-encoding': encoding }).end(bytes),
    );
    expect(await verdict(doorTo(server).send(get(server.url)))).toBe(expected);
  });

  it.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['has a header without a name', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n'],
    ['has two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    [
      'has a length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    ],
    ['has a broken chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\na\r\n'],
    ['ends before its length', 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf'],
    ['ends before its last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
    ['ends in its headers', 'HTTP/1.1 200 OK\r\nconte'],
    [
      'switches to another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    ],
    ['is nothing at all', ''],
  ])('that %s is a broken one', async (_, bytes) => {
    const server = await serveRaw((socket) => socket.once('data', () => socket.end(bytes)));
    expect(await verdict(doorTo(server).send(get(server.url)))).toBe('provider_failed broken');
  });

  it.each([
    ['one endless header', () => 'a'.repeat(1_000)],
    ['endless headers', () => `x-${Math.random()}: 1\r\n`],
  ])('with %s is refused', async (_, more) => {
    const server = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      const write = () => {
        while (!socket.destroyed && socket.write(more()));
      };
      socket.on('drain', write);
      write();
    });
    expect(await verdict(doorTo(server).send(get(server.url)))).toBe('provider_failed headers');
  });
});

describe('a large answer', () => {
  it('of exactly the limit is read, and one of a byte more is not', async () => {
    const server = await serve((request, answer) => answer.end('x'.repeat(Number(request.url?.slice(1)))));
    const http = doorTo(server);
    expect((await http.send(get(`${server.url}/1000`, { maxBytes: 1000 }))).body.byteLength).toBe(1000);
    expect(await refusal(http.send(get(`${server.url}/1001`, { maxBytes: 1000 })))).toEqual({
      code: 'too_large',
      message: `${server.host} sent an answer larger than 1000 bytes. It was not read.`,
      details: { reason: 'too_large' },
    });
  });

  it('is limited to 5 MB unless the request says otherwise', async () => {
    const server = await serve((request, answer) => answer.end(Buffer.alloc(Number(request.url?.slice(1)))));
    const http = doorTo(server);
    expect((await http.send(get(`${server.url}/5000000`))).body.byteLength).toBe(5_000_000);
    expect(await refusal(http.send(get(`${server.url}/5000001`)))).toEqual({
      code: 'too_large',
      message: `${server.host} sent an answer larger than 5 MB. It was not read.`,
      details: { reason: 'too_large' },
    });
  });

  it('that never ends is cut at the limit', async () => {
    const server = await serve((_, answer) => endless(answer, Buffer.alloc(65_536)));
    expect(await verdict(doorTo(server).send(get(server.url)))).toBe('too_large too_large');
  });

  it('counts what was sent, too: gzip without content has no end', async () => {
    const server = await serve((_, answer) => {
      answer.writeHead(200, { 'content-encoding': 'gzip' });
      endless(answer, Buffer.concat(Array.from({ length: 1_000 }, () => gzipSync(''))));
    });
    expect(await verdict(doorTo(server).send(get(server.url, { maxBytes: 100_000 })))).toBe(
      'too_large too_large',
    );
  });

  const megabytes = 200;
  it.each([
    ['gzip', () => buffer(Readable.from(zeros(megabytes)).pipe(createGzip()))],
    ['br', () => buffer(Readable.from(zeros(megabytes)).pipe(createBrotliCompress({ params: { 1: 5 } })))],
    ['gzip, gzip', async () => gzipSync(await buffer(Readable.from(zeros(megabytes)).pipe(createGzip())))],
  ])(
    'made of 200 MB of zeros in %s is cut at the limit and takes less than 100 MB of memory',
    async (encoding, make) => {
      const bomb = await make();
      const server = await serve((_, answer) =>
        answer.writeHead(200, { 'content-encoding': encoding }).end(bomb),
      );
      const http = doorTo(server);
      const before = process.resourceUsage().maxRSS;
      const bombs = Array.from({ length: 5 }, () => verdict(http.send(get(server.url))));
      expect(await Promise.all(bombs)).toEqual(bombs.map(() => 'too_large too_large'));
      expect(process.resourceUsage().maxRSS - before).toBeLessThan(100_000);
    },
  );
});

describe('a slow answer', () => {
  it('that does not begin is ended, and the refusal says after how long', async () => {
    const server = await serve(() => {});
    expect(await refusal(doorTo(server).send(get(server.url, { firstByteMs: 100 })))).toEqual({
      code: 'unavailable',
      message: `${server.host} did not begin to answer within 0.1 seconds. The request was ended; try again later.`,
      details: { reason: 'timeout' },
    });
  });

  it('that falls silent is ended', async () => {
    const server = await serve((_, answer) => void answer.write('half'));
    expect(await refusal(doorTo(server).send(get(server.url, { idleMs: 100 })))).toEqual({
      code: 'unavailable',
      message: `${server.host} sent nothing more for 0.1 seconds. The request was ended; try again later.`,
      details: { reason: 'timeout' },
    });
  });

  it.each([
    ['body', 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n'],
    ['head', 'HTTP/1.1 200 OK\r\nx-a: '],
    [
      'compressed body',
      'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 100000\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03\0\0\x70\xff\x8f',
    ],
    ['redirect', 'HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 10000\r\n\r\n'],
  ])('that trickles, in its %s, is ended when its whole time is over', async (_, head) => {
    const server = await serveRaw((socket) => {
      socket.write(Buffer.from(head, 'latin1'));
      const drip = setInterval(() => socket.write('a'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    const work = doorTo(server).send(get(server.url, { timeoutMs: 300, idleMs: 200, firstByteMs: 200 }));
    expect(await refusal(work)).toEqual({
      code: 'unavailable',
      message: expect.stringMatching(
        / was not done within 0\.3 seconds\. The request was ended; try again later\.$/,
      ),
      details: { reason: 'timeout' },
    });
  });

  it('does not hold its caller while the name is looked up', async () => {
    const http = door({ lookup: () => new Promise(() => {}) });
    expect(await refusal(http.send(get('https://slow.example/', { timeoutMs: 100 })))).toEqual({
      code: 'unavailable',
      message: 'slow.example was not done within 0.1 seconds. The request was ended; try again later.',
      details: { reason: 'timeout' },
    });
  });

  it('does not hold its caller while all connections to the host are taken', async () => {
    const server = await serve(() => {});
    const http = doorTo(server);
    const crowd = Array.from({ length: 256 }, () => verdict(http.send(get(server.url))));
    await vi.waitFor(() => expect(server.connections()).toBe(256), { timeout: 10_000 });
    const late = Array.from({ length: 9 }, () => verdict(http.send(get(server.url, { timeoutMs: 300 }))));
    expect(new Set(await Promise.all(late))).toEqual(new Set(['unavailable timeout']));
    expect(server.connections()).toBe(256);
    await http.close();
    expect(new Set(await Promise.all(crowd))).toEqual(new Set(['unavailable cancelled']));
  });
});
