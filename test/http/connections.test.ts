import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { door, doorTo, get, names, refusal, serve, serveRaw, text, verdict } from './support.ts';

/** Something to wait for. */
function event() {
  let happens = () => {};
  const happened = new Promise<void>((resolve) => (happens = resolve));
  return { happens, happened };
}

/** An address that counts as public though nobody has it. */
const NOBODY = '2fff::1';

describe('a connection', () => {
  it('goes to the address that was checked: a name that changes its answer is not asked a second time', async () => {
    const inside = await serve((_, answer) => answer.end('secret'));
    const answers = [NOBODY, '127.0.0.1'];
    let asked = 0;
    const lookup = async () => {
      const address = answers[Math.min(asked++, 1)] ?? '';
      return [{ address, family: address.includes(':') ? 6 : 4 }];
    };
    const http = door({ lookup });
    const url = `http://rebind.example:${inside.port}/`;
    expect((await refusal(http.send(get(url, { timeoutMs: 500 })))).code).toBe('unavailable');
    expect(asked).toBe(1);
    // The next connection asks again, is told of the inside, and is refused.
    expect(await verdict(http.send(get(url)))).toBe('forbidden blocked_address');
    expect([asked, inside.connections()]).toEqual([2, 0]);
  });

  it('takes the next address when the first does not answer', async () => {
    const server = await serve((_, answer) => answer.end('here'));
    const http = door({
      allowedPrivateHosts: ['crm.lan'],
      lookup: names({ 'crm.lan': ['::1', '127.0.0.1'] }),
    });
    expect(text((await http.send(get(`http://crm.lan:${server.port}/`))).body)).toBe('here');
  });

  it('is used again, and its name is not looked up again', async () => {
    let asked = 0;
    const server = await serve((_, answer) => answer.end('ok'));
    const lookup = async () => {
      asked += 1;
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const http = door({ allowedPrivateHosts: ['crm.lan'], lookup });
    for (let i = 0; i < 9; i++) await http.send(get(`http://crm.lan:${server.port}/${i}`));
    // The second request may come before the first connection is free again.
    expect(asked).toBeLessThanOrEqual(2);
    expect(server.connections()).toBe(asked);
  });

  it('with TLS asks for the certificate of the name, not of the address', async () => {
    const heard: string[] = [];
    const server = await serveRaw((socket) =>
      socket.once('data', (hello) => {
        heard.push(hello.toString('latin1'));
        socket.end('no TLS here');
      }),
    );
    const http = door({ allowedPrivateHosts: ['crm.lan'], lookup: names({ 'crm.lan': ['127.0.0.1'] }) });
    expect(await refusal(http.send(get(`https://crm.lan:${server.port}/`)))).toEqual({
      code: 'unavailable',
      message: `crm.lan:${server.port} could not be connected to securely. Check its certificate.`,
      details: { reason: 'tls' },
    });
    expect(heard).toEqual([expect.stringContaining('crm.lan')]);
  });

  it('does not use the proxy that the environment names', async () => {
    const proxy = await serve((_, answer) => answer.end('proxied'));
    const server = await serve((_, answer) => answer.end('direct'));
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'ALL_PROXY']) vi.stubEnv(name, proxy.url);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(text((await doorTo(server).send(get(server.url))).body)).toBe('direct');
    expect(proxy.connections()).toBe(0);
  });

  it('that is refused is told as such', async () => {
    // On port 2 nothing listens, so the system answers at once.
    const http = door({ allowedPrivateHosts: ['127.0.0.1'] });
    expect(await refusal(http.send(get('http://127.0.0.1:2/')))).toEqual({
      code: 'unavailable',
      message: '127.0.0.1:2 could not be connected to. Try again later.',
      details: { reason: 'connect' },
    });
  });

  it('to a name without addresses is not made', async () => {
    expect(await verdict(door({ lookup: async () => [] }).send(get('http://shop.example/')))).toBe(
      'unavailable dns',
    );
  });
});

describe('a refused answer', () => {
  it.each([
    ['is announced as too large', { 'content-length': '9999999' }, 'too_large too_large'],
    ['redirects inside', { location: 'http://10.0.0.1/' }, 'forbidden blocked_address'],
  ])('that %s does not keep its connection', async (_, headers, expected) => {
    const { happened: closed, happens: left } = event();
    const server = await serve((request, answer) => {
      request.on('close', left);
      answer.writeHead(302, headers).write('and more to come');
    });
    expect(await verdict(doorTo(server).send(get(server.url)))).toBe(expected);
    await closed;
  });
});

describe('a caller', () => {
  it('that gives up ends the request, on the wire too', async () => {
    const caller = new AbortController();
    const { happened: closed, happens: left } = event();
    const server = await serve((request) => {
      request.on('close', left);
      caller.abort();
    });
    expect(await refusal(doorTo(server).send(get(server.url, { signal: caller.signal })))).toEqual({
      code: 'unavailable',
      message: 'The request was cancelled before it was answered.',
      details: { reason: 'cancelled' },
    });
    await closed;
  });

  it('that gave up before makes no connection', async () => {
    const server = await serve(() => {});
    const work = doorTo(server).send(get(server.url, { signal: AbortSignal.abort() }));
    expect(await verdict(work)).toBe('unavailable cancelled');
    expect(server.connections()).toBe(0);
  });

  it('is told when the door closes under its request', async () => {
    const { happened: asked, happens: arrived } = event();
    const server = await serve(() => arrived());
    const http = doorTo(server);
    const work = verdict(http.send(get(server.url)));
    await asked;
    await http.close();
    expect(await work).toBe('unavailable cancelled');
    expect(await verdict(http.send(get(server.url)))).toBe('unavailable cancelled');
  });
});

describe('a stream', () => {
  it('gives its head first and each piece as it comes', async () => {
    const steps: (() => void)[] = [];
    const server = await serve((_, answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).write('one');
      steps.push(
        () => answer.write('two'),
        () => answer.end('three'),
      );
    });
    const { body, ...head } = await doorTo(server).stream(get(server.url));
    expect(head).toEqual({
      status: 200,
      url: `${server.url}/`,
      headers: expect.objectContaining({ 'content-type': 'text/event-stream' }),
    });
    const heard: string[] = [];
    for await (const chunk of body) {
      heard.push(text(chunk));
      steps.shift()?.();
    }
    expect(heard).toEqual(['one', 'two', 'three']);
  });

  it.each(['', 'gzip'])(
    'that is left in the middle closes its connection (encoding "%s")',
    async (encoding) => {
      let left = () => {};
      const closed = new Promise<void>((resolve) => (left = resolve));
      const server = await serve((request, answer) => {
        request.on('close', left);
        answer.writeHead(200, { 'content-encoding': encoding });
        const plain = Buffer.alloc(100_000, 'x');
        answer.write(encoding ? gzipSync(plain) : plain);
      });
      const { body } = await doorTo(server).stream(get(server.url));
      for await (const _ of body) break;
      await closed;
    },
  );

  it('that nobody reads is closed when its time is over', async () => {
    const { happened: closed, happens: left } = event();
    const server = await serve((request, answer) => {
      request.on('close', left);
      answer.write('one');
    });
    const { body } = await doorTo(server).stream(get(server.url, { timeoutMs: 200 }));
    await closed;
    const reading = (async () => {
      for await (const _ of body);
    })();
    expect(await verdict(reading)).toBe('unavailable timeout');
  });

  it.each([
    ['is cut', (end: () => void) => end(), {}, 'provider_failed broken'],
    ['grows too large', () => {}, { maxBytes: 2 }, 'too_large too_large'],
    ['falls silent', () => {}, { idleMs: 100 }, 'unavailable timeout'],
    ['runs out of time', () => {}, { timeoutMs: 200 }, 'unavailable timeout'],
  ])('that %s says so where it is read', async (_, then, limits, expected) => {
    const server = await serve((request, answer) => {
      answer.write('one');
      setImmediate(() => then(() => request.socket.destroy()));
    });
    const reading = (async () => {
      for await (const _chunk of (await doorTo(server).stream(get(server.url, limits))).body);
    })();
    expect(await verdict(reading)).toBe(expected);
  });

  it('is ended by its caller in the middle', async () => {
    const server = await serve((_, answer) => void answer.write('one'));
    const caller = new AbortController();
    const { body } = await doorTo(server).stream(get(server.url, { signal: caller.signal }));
    const reading = (async () => {
      for await (const _ of body) caller.abort();
    })();
    expect(await verdict(reading)).toBe('unavailable cancelled');
  });
});
