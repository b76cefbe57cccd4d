import { fromFile, problems } from '@crmflow/core';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { createMail } from '../../packages/core/src/adapters/mail/smtp.ts';
import type { Mail } from '../../packages/core/src/ports.ts';
import { names, type Neighbour } from '../http/support.ts';
import { keeping, keptBefore, nobody, run, sendingWorld, sketch, throughCrash } from './kit.ts';
import { smtpServer } from './smtp-server.ts';

const PASS = 'the-password-of-a-test-0123456789';
const keysOf = ({ port }: Neighbour, more: object = {}) => ({
  smtp: {
    host: '127.0.0.1',
    port: String(port),
    from: 'Ada’s shop <shop@example.com>',
    user: 'shop',
    pass: PASS,
    secure: 'none',
    ...more,
  },
});
const keyOf = (server: Neighbour, more?: object) => keeping(keysOf(server, more));
const mailTo = (...servers: Neighbour[]): Mail =>
  createMail({ allowedPrivateHosts: servers.map(({ host }) => host) });
const letter = (data: object = {}) => ({
  kind: 'email',
  to: 'ada@example.org',
  subject: 'Hello {{ x }}',
  text: 'Dear {{ x }}',
  saveAs: 'result',
  ...data,
});

/** What comes of one e-mail at this server. */
async function sent(
  data: object,
  {
    x = '',
    key = {},
    keep = keeping,
    reply,
  }: { x?: string; key?: object; keep?: typeof keptBefore; reply?: Parameters<typeof smtpServer>[0] } = {},
) {
  const server = await smtpServer(reply);
  const world = await sendingWorld({ mail: mailTo(server) }, keep(keysOf(server, key)));
  return { ...(await run(world, sketch(data), { x })), server, world };
}

/** The headers of a message, unfolded, and its parts as text, by their type. */
function read(source: string) {
  const [head = '', ...rest] = source.split('\r\n\r\n');
  const headers = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return { headers, body: rest.join('\r\n\r\n') };
}

describe('an e-mail', () => {
  it('is handed to the server of the owner, and its id is kept', async () => {
    const { said, variables, server } = await sent(
      letter({ cc: ['Bob <bob@example.org>'], replyTo: '{{ x }}' }),
      { x: 'eve@example.net' },
    );
    expect(said).toBe('sent');
    const [mail] = server.delivered;
    expect(mail).toMatchObject({ from: 'shop@example.com', to: ['ada@example.org', 'bob@example.org'] });
    const { headers, body } = read(mail!.source);
    const messageId = (variables!['result'] as { messageId: string }).messageId;
    expect(variables).toMatchObject({ result: { messageId, refused: [] } });
    expect(messageId).toMatch(/^[\w.-]+@example\.com$/);
    expect(headers).toEqual(
      expect.arrayContaining([
        'From: =?UTF-8?Q?Ada=E2=80=99s_shop?= <shop@example.com>',
        'To: ada@example.org',
        'Cc: bob@example.org',
        'Reply-To: eve@example.net',
        'Subject: Hello eve@example.net',
        `Message-ID: <${messageId}>`,
      ]),
    );
    expect(body).toBe('Dear eve@example.net');
    expect(server.said).toContain('EHLO example.com');
    expect(server.said).toContain(`AUTH PLAIN ${Buffer.from(`\0shop\0${PASS}`).toString('base64')}`);
  });

  it('has no markup of a visitor in its HTML, and his words as he wrote them in its text', async () => {
    const x = '<a href="https://evil.example">{{ 1 }}</a>';
    const { server } = await sent(letter({ subject: 'Hi', html: '<p title="{{ x }}">{{ x }}</p>' }), { x });
    const { body } = read(server.delivered[0]!.source);
    const plain = body.replace(/=\r\n/g, '').replace(/=3D/g, '=');
    expect(plain).toContain(`Dear ${x}`);
    const escaped = '&lt;a href=&quot;https://evil.example&quot;&gt;{{ 1 }}&lt;/a&gt;';
    expect(plain).toContain(`<p title="${escaped}">${escaped}</p>`);
  });

  it('has a subject of one line, whatever it is filled with', async () => {
    const x = 'x\r\nBcc: eve@example.net\n\nBody\u2028of mine';
    const { server, said } = await sent(letter(), { x });
    expect(said).toBe('sent');
    const { headers } = read(server.delivered[0]!.source);
    expect(headers).toContain('Subject: Hello x Bcc: eve@example.net Body of mine');
    expect(headers.filter((line) => /^bcc/i.test(line))).toEqual([]);
    expect(server.delivered[0]!.to).toEqual(['ada@example.org']);
  });

  it('has a subject that is cut where nobody reads on', async () => {
    const { server } = await sent(letter({ subject: '{{ x }}' }), { x: 'a'.repeat(3_000) });
    const { headers } = read(server.delivered[0]!.source);
    expect(headers.find((line) => line.startsWith('Subject: '))!.length).toBeLessThan(400);
  });

  it('ends where its text ends, though that has a line with a dot alone', async () => {
    const { server } = await sent(letter(), { x: 'a\r\n.\r\nMAIL FROM:<eve@example.net>' });
    expect(server.delivered).toHaveLength(1);
    expect(server.said.filter((line) => line.startsWith('MAIL'))).toHaveLength(1);
  });

  it.each([
    ['two addresses', 'ada@example.org, eve@example.net'],
    ['an address and a command', 'ada@example.org>\r\nRCPT TO:<eve@example.net'],
    ['no address', 'Ada'],
    ['nothing', ''],
    ['a host inside', 'root@localhost'],
  ])('whose recipient is filled with %s is refused, and nobody is asked', async (_, x) => {
    const { said, server } = await sent(letter({ to: '{{ x }}', subject: 'Hi' }), { x });
    expect(said).toBe('refused no_address: Nothing was sent. A recipient or replyTo is no e-mail address.');
    expect(server.connections()).toBe(0);
  });

  it('is refused without a key', async () => {
    const { said } = await run(await sendingWorld({}, keeping({})), sketch(letter()));
    expect(said).toBe(
      'refused no_key: Nothing was sent. There is no stored key smtp. The workflow’s owner stores it: crmflow keys set smtp',
    );
  });

  const unusable = [
    [{ port: '0' }, 'port'],
    [{ host: 'a b' }, 'host'],
    [{ from: 'nobody' }, 'from'],
    [{ secure: 'yes' }, 'secure'],
  ] as const;

  it.each(unusable)('leaves by error with a key of which one part cannot be used: %j', async (key, part) => {
    const { said, server } = await sent(letter(), { key, keep: keptBefore });
    expect(said).toContain(`The part ${part} of the key smtp cannot be used`);
    expect(server.connections()).toBe(0);
  });

  it.each([...unusable, [{ port: 'abc' }, 'port'] as const])(
    'takes no new key of which one part cannot be used: %j',
    async (key, part) => {
      await expect(sent(letter(), { key })).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining(`The part ${part} of the key smtp cannot be used: `) as string,
      });
    },
  );
});

describe('a server for e-mail', () => {
  const replying = (verb: string, reply: string | null | undefined) => (said: string) =>
    said === verb ? reply : '';
  it.each([
    ['AUTH', '535 5.7.8 no', 'refused auth', 'does not accept user and pass'],
    ['RCPT', '550 5.1.1 no such user', 'refused recipient', 'does not take the recipient (status 550)'],
    ['RCPT', '451 4.7.1 greylisted', 'unavailable busy', 'does not take it now (status 451)'],
    ['MAIL', '421 4.3.2 closing', 'unavailable busy', 'does not take it now (status 421)'],
    ['END', '554 5.7.1 spam', 'refused rejected', 'does not take the e-mail (status 554)'],
    ['END', '452 4.3.1 full', 'unavailable busy', 'does not take it now (status 452)'],
    ['HELLO', '554 go away', 'refused rejected', 'does not take the e-mail (status 554)'],
    ['HELLO', null, 'unavailable connect', 'broke off before it took anything'],
    ['HELLO', undefined, 'unavailable timeout', 'was not done within 0.5 seconds'],
    ['END', null, 'unknown cut', 'broke off before it said whether it has the e-mail'],
    ['END', undefined, 'unknown timeout', 'was not done within 0.5 seconds'],
  ])('that answers %s with %s', async (verb, reply, port, sentence) => {
    const { said, server } = await sent(letter({ timeoutSeconds: 0.5 }), { reply: replying(verb, reply) });
    expect(said).toMatch(new RegExp(`^${port}: `));
    expect(said).toContain(sentence);
    expect(server.connections()).toBe(1);
  });

  it('that takes some of the recipients has sent it to those, and the others are kept', async () => {
    const reply = (verb: string, line: string) => (verb === 'RCPT' && line.includes('bob') ? '550 no' : '');
    const { said, variables, server } = await sent(letter({ to: ['ada@example.org', 'bob@example.org'] }), {
      reply,
    });
    expect(said).toBe('sent');
    expect(variables).toMatchObject({ result: { refused: ['bob@example.org'] } });
    expect(server.delivered).toMatchObject([{ to: ['ada@example.org'] }]);
  });

  it('that offers no encryption hears no password, unless the owner wants that', async () => {
    const { said, server } = await sent(letter(), { key: { secure: 'starttls' } });
    expect(said).toMatch(/^unavailable tls: Nothing was sent\. 127\.0\.0\.1 gives no secure connection\./);
    expect(server.said.some((line) => line.startsWith('AUTH'))).toBe(false);
  });

  it('that speaks plainly where encryption is expected hears nothing', async () => {
    const { said, server } = await sent(letter(), { key: { secure: 'tls' } });
    expect(said).toMatch(/^unavailable tls: /);
    expect(server.said.join()).not.toContain(PASS);
    expect(server.delivered).toEqual([]);
  });

  it('that nobody listens at is away', async () => {
    const server = await nobody();
    const world = await sendingWorld({ mail: mailTo(server) }, keyOf(server));
    const { said } = await run(world, sketch(letter()));
    expect(said).toMatch(/^unavailable connect: .+ could not be connected to\./);
  });

  it('is told of with neither the password nor the text', async () => {
    const replies = [replying('AUTH', '535 shop is wrong'), replying('END', '554 A secret text')];
    for (const reply of replies) {
      const { said, variables, world } = await sent(letter({ text: 'A secret text' }), { reply });
      const all = said + inspect([variables, world.told], { depth: null });
      for (const secret of [PASS, 'A secret text', 'ada@example.org']) expect(all).not.toContain(secret);
    }
  });
});

describe('a stored host', () => {
  const trying = async (host: string, port: string, mail: Mail) => {
    const world = await sendingWorld(
      { mail },
      keeping({ smtp: { host, port, from: 'shop@example.com', secure: 'none' } }),
    );
    return (await run(world, sketch(letter()))).said;
  };

  it.each([
    '127.0.0.1',
    'localhost',
    '10.0.0.1',
    '169.254.169.254',
    '::1',
    '::ffff:10.0.0.1',
    'mail.inside.example',
  ])('inside a private network is refused: %s', async (host) => {
    const lookup = names({ 'mail.inside.example': ['93.184.216.34', '10.0.0.1'], localhost: ['127.0.0.1'] });
    const said = await trying(host, '25', createMail({ lookup }));
    expect(said).toMatch(/^refused blocked_address: .+ is not on the public internet\. Nothing was sent\./);
  });

  it('is asked at no port but one for mail', async () => {
    const said = await trying('mail.example.com', '6379', createMail({ lookup: names({}) }));
    expect(said).toMatch(/^refused blocked_port: /);
  });

  it('is reached inside where the owner of the installation allows it by name, at the address that was checked', async () => {
    const server = await smtpServer();
    const asked: string[] = [];
    const known = names({ 'mail.lan': ['127.0.0.1'] });
    const lookup: typeof known = (host) => {
      asked.push(host);
      return known(host);
    };
    const mail = createMail({ allowedPrivateHosts: ['mail.lan'], lookup });
    expect(await trying('mail.lan', String(server.port), mail)).toBe('sent');
    expect(asked).toEqual(['mail.lan']);
  });
});

describe('a crash after the server has taken an e-mail', () => {
  const dying = (mail: Mail): Mail => ({
    async send(...given) {
      await mail.send(...given);
      return new Promise(() => undefined);
    },
  });
  async function crashed(data: object) {
    const server = await smtpServer();
    const mail = mailTo(server);
    const isDone = () => server.delivered.length > 0;
    const said = await throughCrash(
      sketch(data),
      { dying: { mail: dying(mail) }, living: { mail }, isDone },
      keyOf(server),
    );
    const ids = server.delivered.map(({ source }) => /^Message-ID: .+$/m.exec(source)![0]);
    return { said, ids };
  }

  it('sends it no second time, and says that nobody knows', async () => {
    const { said, ids } = await crashed(letter());
    expect(said).toMatch(/^unknown crash: /);
    expect(ids).toHaveLength(1);
  });

  it('sends it again where the author wants that, under the same id', async () => {
    const { said, ids } = await crashed(letter({ resend: true }));
    expect(said).toBe('sent');
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });
});

it.each([
  ['never says goodbye', 'QUIT', undefined, 'sent'],
  ['refuses it at the end', 'END', '554 no', 'refused'],
  ['falls silent', 'RCPT', undefined, 'unknown'],
])('leaves no connection behind to a server that %s', async (_, verb, reply, port) => {
  const { said, server } = await sent(letter({ timeoutSeconds: 0.3 }), {
    reply: (heard) => (heard === verb ? reply : ''),
  });
  expect(said.split(' ')[0]).toBe(port);
  await vi.waitFor(() => expect(server.open()).toBe(0));
  if (verb === 'QUIT') expect(server.said.at(-1)).toBe('QUIT');
});

it('an e-mail of ten megabytes is not made, and nothing is sent', async () => {
  const text = '{% for i in (1..10000) %}{{ x }}{% endfor %}';
  const { said, server } = await sent(letter({ text }), { x: 'a'.repeat(1_000) });
  expect(said).toMatch(/^error : The text would be longer than /);
  expect(server.connections()).toBe(0);
});

it.each([
  [letter({ to: [] }), 'send, to: it names nobody'],
  [
    letter({ to: Array.from({ length: 21 }, () => 'a@example.org') }),
    'send, to: one address, or a list of up to 20',
  ],
  [
    letter({ cc: Array.from({ length: 20 }, () => 'a@example.org') }),
    'send, cc: an e-mail goes to 20 at most',
  ],
  [letter({ attachments: [{ path: '/etc/passwd' }] }), 'send: there is no field attachments'],
])('names what is wrong before anyone talks: %#', (data, message) => {
  expect(problems(fromFile(sketch(data), 'w'))).toContainEqual(expect.objectContaining({ message }));
});
