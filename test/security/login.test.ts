import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openApp } from '@crmflow/core/open';
import { testWorld } from '@crmflow/core/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { passwords } from '../../packages/core/src/adapters/passwords.ts';
import { createTokens } from '../../packages/core/src/adapters/tokens.ts';
import { begin, refusal, type Ask } from '../server/kit.ts';

describe('secrets', () => {
  const good = {
    jwtSecret: 'a test signs with these 32 bytes',
    encryptionKey: 'a test seals with these 32 bytes',
  };
  const variables = { jwtSecret: 'JWT_SECRET', encryptionKey: 'ENCRYPTION_KEY' } as const;
  const weak = [
    ...[undefined, '', 'short', 'x'.repeat(31), ' '.repeat(40), 'a'.repeat(42), 'abc'.repeat(20)],
    ...[`  ${'0123456789abcdef'}  ${' '.repeat(20)}`],
  ];
  it.each([
    ...weak.map((value) => ['jwtSecret', value] as const),
    ...weak.map((value) => ['encryptionKey', value] as const),
    ['jwtSecret', 'your-secret-key-here'] as const,
    ['jwtSecret', 'your-secret-key-hereyour-secret-key-here'] as const,
    ['encryptionKey', '32-character-encryption-key-change'] as const,
    ['encryptionKey', good.jwtSecret] as const,
  ])('keep a production server from starting when %s is %s', async (name, value) => {
    const opening = openApp({ ephemeral: true, isServed: true, isProduction: true, ...good, [name]: value });
    await expect(opening).rejects.toMatchObject({
      code: 'invalid_input',
      exitCode: 2,
      message: expect.stringContaining(variables[name]) as string,
    });
  });

  it('that are good let it start', async () => {
    const opened = await openApp({ ephemeral: true, isServed: true, isProduction: true, ...good });
    await opened.close();
  });
});

const SECRET = 's'.repeat(40);
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = Math.floor(Date.parse('2026-01-05T09:00:00.000Z') / 1000);

/** A token as anyone could write it who knows this secret. */
function token(head: object, claims: object, { hash = 'sha256', secret = SECRET } = {}): string {
  const text = `${base64({ typ: 'JWT', ...head })}.${base64(claims)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

describe('a login token', () => {
  /** A server that knows the secret of this test, and Ada with her claims. */
  async function withAda() {
    const clock = { now: () => new Date(now * 1000) };
    const server = await begin({ world: testWorld({ tokens: createTokens(SECRET, clock) }) });
    const ada = await server.register('ada');
    const claims = {
      epoch: 0,
      iat: now,
      exp: now + 600,
      sub: ada.userId,
      iss: 'crmflow',
      aud: 'crmflow',
    };
    const me = (bearer: string) => server.asking(bearer)('GET', '/auth/me');
    return { ...server, ada, claims, me };
  }

  it('as we make it is good', async () => {
    const { claims, me } = await withAda();
    expect((await me(token({ alg: 'HS256' }, claims))).status).toBe(200);
  });

  it('that has lost its end, or is none, makes nobody of its bearer, and no guest', async () => {
    const { asking, claims } = await withAda();
    const whole = token({ alg: 'HS256' }, claims);
    for (const broken of [whole.slice(0, 30), whole.slice(0, -10), whole.split('.').slice(0, 2).join('.')])
      expect(await asking(broken)('GET', '/sessions')).toMatchObject({
        status: 401,
        body: { error: { code: 'unauthenticated' } },
      });
  });

  it('with another algorithm, or a head that points to a key, is refused, and nothing is fetched', async () => {
    const { claims, me } = await withAda();
    let asked = 0;
    const foreign = createServer((_request, response) => {
      asked += 1;
      response.end(JSON.stringify({ keys: [] }));
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void foreign.close());
    const jku = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/keys`;
    const jwk = { kty: 'oct', k: Buffer.from('mine').toString('base64url') };
    const wrong = [
      ...['none', 'None', 'nOnE', 'NONE'].flatMap((alg) => [
        token({ alg }, claims),
        token({ alg }, claims).replace(/[^.]+$/, ''),
      ]),
      token({ alg: 'HS384' }, claims, { hash: 'sha384' }),
      token({ alg: 'HS512' }, claims, { hash: 'sha512' }),
      token({ alg: 'RS256' }, claims),
      token({ alg: 'HS256' }, claims, { secret: `${SECRET}.` }),
      token({ alg: 'HS256' }, claims, { secret: '' }),
      ...[{ jku }, { x5u: jku }, { jwk }, { kid: '../../dev/null' }, { crit: ['b64'], b64: false }].flatMap(
        (more) => [
          token({ alg: 'HS256', ...more }, claims),
          token({ alg: 'HS256', ...more }, claims, { secret: 'mine' }),
        ],
      ),
    ];
    for (const bearer of wrong) expect([bearer, (await me(bearer)).status]).toEqual([bearer, 401]);
    expect(asked).toBe(0);
  });

  it.each([
    ['is over', { exp: now - 1 }],
    ['has not begun', { nbf: now + 60 }],
    ['has no end', { exp: undefined }],
    ['has an end in words', { exp: String(now + 600) }],
    ['is for somebody else', { aud: 'others' }],
    ['was issued by somebody else', { iss: 'others' }],
    ['names nobody', { sub: undefined }],
    ['names an unknown user', { sub: 'nobody' }],
    ['is of another epoch', { epoch: 1 }],
    ['has no epoch', { epoch: undefined }],
  ])('that %s is refused', async (_what, changed) => {
    const { claims, me } = await withAda();
    expect((await me(token({ alg: 'HS256' }, { ...claims, ...changed }))).status).toBe(401);
  });

  it('dies with its account, its password and nothing else', async () => {
    const { ada, me, asking } = await withAda();
    const change = { currentPassword: ada.password, newPassword: 'a better horse battery' };
    const changed = await ada.ask('PUT', '/auth/password', change);
    const { token: newer } = changed.body as { token: string };
    expect([(await me(ada.token)).status, (await me(newer)).status]).toEqual([401, 200]);
    expect((await asking(newer)('DELETE', '/auth/me')).status).toBe(204);
    expect(refusal(await me(newer))).toMatchObject({ status: 401, code: 'unauthenticated' });
  });
});

describe('wrong logins', () => {
  const from = (ask: Ask, address: string, password: string, email = 'ada@example.com') =>
    ask('POST', '/auth/login', { email, password }, { 'x-forwarded-for': address });
  const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status);

  it('for one account from many addresses are stopped, in turn or at once, and say when to come back', async () => {
    const { guest, register } = await begin({ trustProxy: 1 });
    await register('ada');
    await register('bob');
    const turns = [];
    for (let at = 0; at < 12; at++) turns.push(await from(guest, `192.0.2.${at}`, 'wrong words'));
    expect(statuses(turns)).toEqual([...Array<number>(10).fill(401), 429, 429]);
    expect(Number(turns.at(-1)!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(turns.at(-1)!.headers.get('retry-after'))).toBeLessThanOrEqual(900);
    const once = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        from(guest, `192.0.3.${at}`, 'wrong words', at % 2 ? 'bob@example.com' : ' BOB@example.com'),
      ),
    );
    expect(statuses(once).filter((status) => status === 401)).toHaveLength(10);
    expect(statuses(once).filter((status) => status === 429)).toHaveLength(10);
  });

  it('do not lock the right user out for good, and a right one is counted as none', async () => {
    const login = { points: 2, seconds: 1 };
    const { guest, register } = await begin({ trustProxy: 1, rates: { login } });
    const { password } = await register('ada');
    for (let at = 0; at < 5; at++) expect((await from(guest, '192.0.2.1', password)).status).toBe(200);
    for (let at = 2; at < 5; at++) await from(guest, `192.0.2.${at}`, 'wrong words');
    expect((await from(guest, '192.0.2.9', password)).status).toBe(429);
    await vi.waitFor(async () => expect((await from(guest, '192.0.2.9', password)).status).toBe(200), 10_000);
  });

  it('do not lock out who has logged in from where they are, as long as they do not guess there', async () => {
    const { guest, register } = await begin({ trustProxy: 1 });
    const { password } = await register('ada');
    expect((await from(guest, '198.51.100.1', password)).status).toBe(200);
    for (let at = 0; at < 12; at++) await from(guest, `192.0.2.${at}`, 'wrong words');
    expect((await from(guest, '192.0.2.99', password)).status).toBe(429);
    expect((await from(guest, '198.51.100.1', password)).status).toBe(200);
    const guesses = [];
    for (let at = 0; at < 12; at++) guesses.push(await from(guest, '198.51.100.1', 'wrong words'));
    expect(statuses(guesses)).toEqual([...Array<number>(10).fill(401), 429, 429]);
  });

  it('from one address are stopped for whomever they are, and leave other addresses alone', async () => {
    const loginFrom = { points: 3, seconds: 60 };
    const { guest, register } = await begin({ trustProxy: 1, rates: { loginFrom } });
    const { password } = await register('ada');
    const tries = [];
    for (let at = 0; at < 5; at++)
      tries.push(await from(guest, '192.0.2.1', 'wrong words', `u${at}@example.com`));
    expect(statuses(tries)).toEqual([401, 401, 401, 429, 429]);
    expect((await from(guest, '192.0.2.2', password)).status).toBe(200);
  });

  it('are counted by the line they come on when no proxy is trusted, whatever their header says', async () => {
    const { guest, register } = await begin({ rates: { loginFrom: { points: 3, seconds: 60 } } });
    await register('ada');
    const tries = [];
    for (let at = 0; at < 5; at++)
      tries.push(await from(guest, `192.0.2.${at}, 198.51.100.${at}`, 'wrong words', `u${at}@example.com`));
    expect(statuses(tries)).toEqual([401, 401, 401, 429, 429]);
  });

  it('are believed to come from the address the last proxy saw, not from one the client wrote before it', async () => {
    const { guest } = await begin({ trustProxy: 1, rates: { loginFrom: { points: 2, seconds: 60 } } });
    const tries = [];
    for (let at = 0; at < 4; at++)
      tries.push(await from(guest, `192.0.2.${at}, 198.51.100.7`, 'wrong words', `u${at}@example.com`));
    expect(statuses(tries)).toEqual([401, 401, 429, 429]);
  });

  it('are answered alike for an unknown address and a wrong password, after the same work', async () => {
    const compared: string[] = [];
    const matches: typeof passwords.matches = (password, hash) => {
      compared.push(hash);
      return passwords.matches(password, hash);
    };
    const { guest, register } = await begin({
      world: testWorld({ passwords: { ...passwords, matches } }),
    });
    await register('ada');
    const known = await from(guest, '', 'wrong words');
    const unknown = await from(guest, '', 'wrong words', 'nobody@example.com');
    expect(refusal(unknown)).toEqual(refusal(known));
    expect([...unknown.headers.keys()]).toEqual([...known.headers.keys()]);
    expect(compared).toEqual([expect.stringMatching(/^\$2b\$10\$/) as string, '']);
  });

  it('cost as much without an account as with one', async () => {
    const hash = await passwords.hash('correct horse battery');
    const took = async (stored: string) => {
      const times = [];
      for (let at = 0; at < 5; at++) {
        const from = performance.now();
        await passwords.matches('wrong words', stored);
        times.push(performance.now() - from);
      }
      return Math.min(...times);
    };
    const [known, unknown] = [await took(hash), await took('')];
    // Without the work it would be a hundredth; a busy machine alone does not make it less than half.
    expect(unknown).toBeGreaterThan(known / 2);
    expect(unknown).toBeLessThan(known * 2);
  });
});

describe('a password', () => {
  it.each([
    ['7 characters', 'x'.repeat(7), 400],
    ['8 characters', 'x'.repeat(8), 201],
    ['64 characters', 'y'.repeat(64), 201],
    ['72 bytes', 'z'.repeat(72), 201],
    ['73 bytes', 'z'.repeat(73), 400],
    ['18 emoji, which are 72 bytes', '🐴'.repeat(18), 201],
    ['19 emoji', '🐴'.repeat(19), 400],
    ['a NUL', 'correct\0horse', 400],
  ])('of %s is taken or refused by a rule that is told', async (_what, password, status) => {
    const { guest } = await begin();
    const person = { email: 'ada@example.com', password };
    const answer = await guest('POST', '/auth/register', person);
    expect(answer.status).toBe(status);
    if (status === 400) return expect(refusal(answer).message).toMatch(/^password: The password /);
    expect((await guest('POST', '/auth/login', person)).status).toBe(200);
    for (const longer of [`${password}x`, [...password].slice(0, -1).join('')])
      expect((await guest('POST', '/auth/login', { ...person, password: longer })).status).toBe(401);
  });
});

it('a password that bcrypt would not read to its end matches nothing', async () => {
  const hash = await passwords.hash('z'.repeat(72));
  expect(await passwords.matches('z'.repeat(72), hash)).toBe(true);
  expect(await passwords.matches('z'.repeat(73), hash)).toBe(false);
  expect(await passwords.matches('horse\0battery', await passwords.hash('horse'))).toBe(false);
});

describe('registering', () => {
  const person = { email: 'ada@example.com', password: 'correct horse battery' };
  it.each(['id', 'role', 'isOperator', 'createdAt', 'tokenEpoch', 'workflows', '__proto__', 'constructor'])(
    'with %s is refused and makes nobody',
    async (field) => {
      const { guest } = await begin();
      const body = JSON.stringify(person).replace('{', `{"${field}":{"role":"admin"},`);
      expect(refusal(await guest('POST', '/auth/register', body)).status).toBe(400);
      expect((await guest('POST', '/auth/login', person)).status).toBe(401);
      expect(({} as { role?: string }).role).toBeUndefined();
    },
  );

  it.each([
    { email: { contains: 'a' }, password: {} },
    { email: { contains: 'a' }, password: 'correct horse battery' },
    { email: ['ada@example.com'], password: 'correct horse battery' },
    { email: 'ada@example.com', password: { not: '' } },
  ])('or a login with a filter instead of a text is refused: %j', async (body) => {
    const { guest, register } = await begin();
    await register('ada');
    for (const path of ['/auth/login', '/auth/register'])
      expect((await guest('POST', path, body)).status).toBe(400);
  });

  it('a second time under one address in other letters is refused', async () => {
    const { guest, register } = await begin();
    await register('ada');
    const again = await guest('POST', '/auth/register', { ...person, email: ' ADA@Example.com ' });
    expect(again.status).toBe(409);
  });
});
