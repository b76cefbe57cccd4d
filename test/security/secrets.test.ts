import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { openApp } from '@crmflow/core/open';
import { serve, type Logger } from '@crmflow/server';
import { testWorld } from '@crmflow/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openEmbedded } from '../../packages/core/src/adapters/embedded/embedded.ts';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { createSealer } from '../../packages/core/src/adapters/sealer.ts';
import type { Actor } from '../../packages/core/src/contract/operation.ts';
import { createKeys } from '../../packages/core/src/services/keys.ts';
import type { Store } from '../../packages/core/src/store.ts';
import { begin } from '../server/kit.ts';

const OLD = 'the old key, which is long enough for anyone';
const NEW = 'the new key, which is long enough for anyone';
const refused = {
  code: 'internal',
  message: expect.stringMatching(/^A stored secret cannot be read: ./) as string,
};

describe('a sealed secret', () => {
  const { seal, open } = createSealer(OLD);
  const plain = 'sk-live-0123456789 – ключ 🔑';
  const sealed = seal(plain, 'key:ada:gemini');
  const at = sealed.lastIndexOf('.') + 1;
  const bytes = Buffer.from(sealed.slice(at), 'base64url');
  const withBytes = (changed: Buffer) => sealed.slice(0, at) + changed.toString('base64url');
  const opening =
    (text: string, context = 'key:ada:gemini') =>
    () =>
      open(text, context);

  it('opens to what it was, for whom and what it was sealed for', () => {
    expect(open(sealed, 'key:ada:gemini')).toBe(plain);
    expect(open(seal('', 'x'), 'x')).toBe('');
  });

  it('does not open with any bit of it changed, and says why', () => {
    for (let index = 0; index < bytes.length; index++)
      for (const bit of [1, 128]) {
        const changed = Buffer.from(bytes);
        changed[index]! ^= bit;
        expect(opening(withBytes(changed))).toThrow(expect.objectContaining(refused));
      }
    for (let index = 0; index < sealed.length; index++) {
      const letter = sealed[index] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, index) + letter + sealed.slice(index + 1);
      expect(opening(changed)).toThrow(expect.objectContaining(refused));
    }
  });

  it.each([
    [
      'with its tag cut to four bytes',
      () => withBytes(Buffer.concat([bytes.subarray(0, 16), bytes.subarray(28)])),
    ],
    ['with only its first four bytes of a tag', () => withBytes(bytes.subarray(0, 16))],
    ['cut short', () => withBytes(bytes.subarray(0, -1))],
    ['longer', () => withBytes(Buffer.concat([bytes, Buffer.from([0])]))],
    ['without its version', () => sealed.slice(at)],
    ['empty', () => ''],
    ['padded', () => `${sealed}=`],
  ])('does not open %s', (_what, changed) => {
    expect(opening(changed())).toThrow(expect.objectContaining(refused));
  });

  it('does not open for another user or service, in a row that was copied', async () => {
    const { store, keys } = keysWith(createSealer(OLD));
    await keys.set(as('ada'), { service: 'gemini', key: 'sk-of-ada' });
    const row = (await store.keys.get('ada', 'gemini'))!;
    await store.keys.put({ ...row, id: 'copy', userId: 'eve' });
    await store.keys.put({ ...row, id: 'copy 2', service: 'openai' });
    expect(await keys.secretOf('ada', 'gemini')).toEqual({ parts: { key: 'sk-of-ada' }, host: null });
    await expect(keys.secretOf('eve', 'gemini')).rejects.toMatchObject(refused);
    await expect(keys.secretOf('ada', 'openai')).rejects.toMatchObject(refused);
  });

  it('never begins twice with the same bytes in ten thousand', () => {
    const begun = Array.from({ length: 10_000 }, () =>
      Buffer.from(seal('same', 'same').slice(at), 'base64url').subarray(0, 12).toString('hex'),
    );
    expect(new Set(begun).size).toBe(10_000);
  });
});

const as = (userId: string): Actor => ({ role: 'user', userId });
function keysWith(sealer: ReturnType<typeof createSealer>, store: Store = createMemoryStore()) {
  let counted = 0;
  const ids = { row: () => `row-${String(++counted).padStart(4, '0')}`, secret: () => '', hash: () => '' };
  return { store, keys: createKeys({ store, ids, clock: { now: () => new Date(0) }, sealer }) };
}

describe('rotating the encryption key', () => {
  const COUNT = 250;
  const users = Array.from({ length: COUNT }, (_, at) => `user ${at}`);
  async function stored() {
    const { store, keys } = keysWith(createSealer(OLD));
    for (const user of users) await keys.set(as(user), { service: 'gemini', key: `key of ${user}` });
    return store;
  }
  const readAll = async (sealer: ReturnType<typeof createSealer>, store: Store) => {
    const { keys } = keysWith(sealer, store);
    const found = await Promise.all(users.map((user) => keys.secretOf(user, 'gemini')));
    return found.map((secret) => secret?.parts.key);
  };
  const everyKey = users.map((user) => `key of ${user}`);

  it('reads what the old one sealed, seals it anew, and then needs the old one no more', async () => {
    const store = await stored();
    const both = createSealer(NEW, OLD);
    expect(await readAll(both, store)).toEqual(everyKey);
    await expect(readAll(createSealer(NEW), store)).rejects.toMatchObject(refused);
    const { keys } = keysWith(both, store);
    expect(await keys.rotate(as('operator'), {})).toEqual({ rotated: COUNT, current: 0 });
    expect(await keys.rotate(as('operator'), {})).toEqual({ rotated: 0, current: COUNT });
    expect(await readAll(createSealer(NEW), store)).toEqual(everyKey);
  });

  it('that is cut off anywhere leaves every key readable, and comes to the same end when it is done again', async () => {
    const store = await stored();
    const both = createSealer(NEW, OLD);
    for (const until of [0, 1, 120]) {
      let left = until;
      const dying: Store = {
        ...store,
        keys: {
          ...store.keys,
          reseal: (...row) =>
            left-- > 0 ? store.keys.reseal(...row) : Promise.reject(new Error('the process was killed')),
        },
      };
      await expect(keysWith(both, dying).keys.rotate(as('operator'), {})).rejects.toThrow('was killed');
      expect(await readAll(both, store)).toEqual(everyKey);
    }
    const { keys } = keysWith(both, store);
    expect(await keys.rotate(as('operator'), {})).toEqual({ rotated: COUNT - 121, current: 121 });
    expect(await readAll(createSealer(NEW), store)).toEqual(everyKey);
  });

  it('does not undo a key that its owner replaces meanwhile', async () => {
    const store = await stored();
    const both = createSealer(NEW, OLD);
    const meanwhile: Store = {
      ...store,
      keys: {
        ...store.keys,
        async reseal(...row) {
          await keysWith(both, store).keys.set(as('user 7'), { service: 'gemini', key: 'replaced' });
          return store.keys.reseal(...row);
        },
      },
    };
    await keysWith(both, meanwhile).keys.rotate(as('operator'), {});
    expect((await keysWith(both, store).keys.secretOf('user 7', 'gemini'))?.parts.key).toBe('replaced');
  });
});

/** Everything that is noted, as deep as it goes. */
function notes() {
  const noted: string[] = [];
  const note = (fields: object, sentence: string) =>
    void noted.push(inspect(fields, { depth: 20, showHidden: true }), sentence);
  const logger: Logger = { info: note, warn: note, error: note };
  return { logger, text: () => noted.join('\n') };
}
const KEYS = { gemini: 'sk-gemini-0123456789-clear', twilio: 'twilio-auth-0123456789-clear' };

describe('the clear value of a stored key', () => {
  it('is in no answer, no error, no note and no measurement', async () => {
    const { logger, text } = notes();
    const memory = createMemoryStore();
    const store: Store = {
      ...memory,
      keys: {
        ...memory.keys,
        put: (row) =>
          row.service === 'openai'
            ? Promise.reject(new Error(`cannot insert ${JSON.stringify(row)}`))
            : memory.keys.put(row),
      },
    };
    const server = await begin({
      world: testWorld({ store }),
      logger,
      metrics: true,
      operatorToken: 'operator',
    });
    const { ask } = await server.register('ada');
    const answers: unknown[] = [];
    const tell = async (...call: Parameters<typeof ask>) => answers.push((await ask(...call)).body);
    const again = { 'idempotency-key': 'once' };
    await tell('POST', '/keys', { service: 'gemini', key: KEYS.gemini }, again);
    await tell('POST', '/keys', { service: 'gemini', key: KEYS.gemini }, again);
    await tell('POST', '/keys', { service: 'twilio', key: { sid: 'AC1', token: KEYS.twilio } });
    await tell('POST', '/keys', { service: 'openai', key: KEYS.gemini });
    await tell('POST', '/keys', { service: 'http:crm', key: KEYS.gemini });
    await tell('POST', '/keys', { service: 'GEMINI', key: KEYS.gemini });
    await tell('POST', '/keys', {
      service: 'gemini',
      key: { key: KEYS.gemini, deep: { deeper: KEYS.twilio } },
    });
    await tell('POST', '/keys', `{"service":"gemini","key":"${KEYS.gemini}"`);
    await tell('GET', '/keys');
    await tell('DELETE', '/keys/gemini');
    const measured = await fetch(`${server.url}/metrics`, { headers: { authorization: 'Bearer operator' } });
    expect(measured.status).toBe(200);
    const all = [JSON.stringify(answers), text(), await measured.text()].join('\n');
    for (const key of Object.values(KEYS)) expect(all).not.toContain(key);
    expect(text()).toContain('cannot insert');
    expect(answers[0]).toMatchObject({ service: 'gemini', lastFour: 'lear' });
    expect(answers[1]).toEqual(answers[0]);
  });
});

describe('a whole run', () => {
  it('leaves none of the secrets it used in the database, its files or its notes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'crmflow-secrets-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const dataDir = join(folder, 'data');
    const { logger, text } = notes();
    const given = { jwtSecret: `jwt-${'j'.repeat(40)}`, encryptionKey: `enc-${'e'.repeat(40)}` };
    const operatorToken = 'operator-token-in-the-clear';
    const opened = await openApp({ dataDir, syncs: false, ...given });
    const serving = await serve({
      app: opened.app,
      port: 0,
      host: '127.0.0.1',
      version: '0',
      logger,
      operatorToken,
    });
    const ask = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
      const answer = await fetch(`${serving.url}/api${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return (await answer.json()) as Record<string, string> & { id: string };
    };
    const person = { email: 'ada@example.com', password: 'a password in the clear' };
    const { token: first } = await ask('/auth/register', person, { 'idempotency-key': 'register' });
    const { token: second } = await ask('/auth/login', person, { 'idempotency-key': 'login' });
    await ask('/auth/login', { ...person, password: 'a wrong password in the clear' });
    const authorization = `Bearer ${first}`;
    const once = { authorization, 'idempotency-key': 'once' };
    await ask('/keys', { service: 'gemini', key: KEYS.gemini }, once);
    await ask('/keys', { service: 'twilio', key: { sid: 'AC1', token: KEYS.twilio } }, { authorization });
    await ask('/keys/rotate', {}, { authorization: `Bearer ${operatorToken}` });
    const workflow = { name: 'talk', nodes: [{ id: 'start', type: 'trigger' }] };
    const { id } = await ask('/workflows', workflow, { authorization });
    const { token: session } = await ask('/sessions', { workflowId: id }, once);
    expect(await ask('/sessions', { workflowId: id }, once)).toMatchObject({ token: session });
    await serving.close();
    await opened.close();

    const used = [first, second, session, operatorToken, ...Object.values({ ...KEYS, ...given })].map(String);
    const secrets = [...used, person.password, 'a wrong password in the clear'];
    for (const secret of secrets) expect(secret.length).toBeGreaterThan(15);
    const dump = await dumpOf(dataDir);
    expect(dump).toContain('ada@example.com');
    expect(dump).toContain('$2b$10$');
    expect(text()).toContain('/api/auth/login');
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    for (const secret of secrets) {
      expect(dump).not.toContain(secret);
      expect(text()).not.toContain(secret);
      expect(files.filter((bytes) => bytes.includes(secret))).toEqual([]);
    }
  }, 60_000);
});

/** Every row of every table, as text. */
async function dumpOf(dataDir: string): Promise<string> {
  const { pool, close } = await openEmbedded({ dataDir });
  try {
    const { rows: tables } = await pool.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
    );
    expect(tables.length).toBeGreaterThan(8);
    const texts = [];
    for (const { name } of tables) {
      const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.push(name, ...rows.map(({ row }) => row));
    }
    return texts.join('\n');
  } finally {
    await close();
  }
}
