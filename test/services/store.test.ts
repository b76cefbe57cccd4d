import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../packages/core/src/adapters/database.ts';
import { migrate } from '../../packages/core/src/adapters/migrate.ts';
import { openPostgres } from '../../packages/core/src/adapters/postgres.ts';
import { createPrismaStore, type PrismaStore } from '../../packages/core/src/adapters/store/prisma-store.ts';
import { databaseError } from '../../packages/core/src/adapters/store/database-error.ts';
import type { CrmflowError } from '../../packages/core/src/errors.ts';
import { migrations } from '../../packages/core/src/generated/migrations.ts';
import type { Session } from '../../packages/core/src/session/session.ts';
import type { Commit } from '../../packages/core/src/store.ts';
import { storeSpec } from '../../packages/core/src/testing/store-spec.ts';
import { nobody } from '../../packages/core/src/nodes/contact.ts';
import {
  aContact,
  after,
  allIn,
  allOf,
  aWorkflow,
  aWorld,
  beginning,
  countOf,
  moving,
  newId,
} from '../../packages/core/src/testing/store-spec/rows.ts';

const server = process.env.CRMFLOW_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const name = `crmflow_store_${randomUUID().replaceAll('-', '')}`;
const url = new URL(`/${name}`, server);
const { username, password } = new URL(server);
Object.assign(url, { username, password });

const admin = new pg.Client(server);
const cutAll = () =>
  admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);

/** Once every connection of the pool answers. */
async function renewed(): Promise<void> {
  const asked = Array.from({ length: 20 }, () => database.pool.query('SELECT 1'));
  const { done } = await countOf(asked);
  if (done < asked.length) await renewed();
}

let database: Database;
let store: PrismaStore;
const open = async () => store;

beforeAll(async () => {
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  database = await openPostgres({ url: url.href });
  await migrate(database.pool, migrations);
  store = createPrismaStore(database);
});
afterAll(async () => {
  await store?.close();
  await database?.close();
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.end();
});

describe('the store on PostgreSQL', () => storeSpec(open));

describe('two processes on one PostgreSQL', () => {
  it('let one of two commits on each session win', async () => {
    const { begun } = await aWorld(open);
    const other = await openPostgres({ url: url.href });
    const others = createPrismaStore(other);
    const sessions = await Promise.all(Array.from({ length: 60 }, () => begun()));
    const calls = [
      ...sessions.map((one) => store.sessions.commit(moving(one))),
      ...sessions.toReversed().map((one) => others.sessions.commit(moving(one))),
    ];
    expect(await countOf(calls)).toEqual({ done: 60, refused: ['conflict'] });
    await others.close();
    await other.close();
  });

  it('let one of two win that begin the same session, whole', async () => {
    const { session, userId } = await aWorld(open);
    const other = await openPostgres({ url: url.href });
    const others = createPrismaStore(other);
    const begins = Array.from({ length: 60 }, () => beginning(session()));
    const calls = [store, others].flatMap(({ sessions }) => begins.map((commit) => sessions.commit(commit)));
    expect(await countOf(calls)).toEqual({ done: 60, refused: ['conflict'] });
    const stored = await Promise.all(begins.map((commit) => allOf(store, userId, commit.session.id)));
    expect(stored).toEqual(begins.map((commit) => allIn([commit])));
    await others.close();
    await other.close();
  });
});

describe('a contact on PostgreSQL', () => {
  /** What happens while somebody else holds the contact's row: first one thing, then a claim of its address. */
  async function meanwhile(first: (contactId: string) => Promise<unknown>) {
    const { begun, userId } = await aWorld(open);
    const email = `${newId('ada')}@example.org`;
    const contact = aContact(userId, { name: 'Ada', email, fields: { secret: 'x' } });
    await store.contacts.create(contact);
    const session = await begun();
    const other = new pg.Client(url.href);
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM "Contact" WHERE id = $1 FOR UPDATE', [contact.id]);
    const held = `SELECT FROM pg_stat_activity WHERE datname = '${name}' AND wait_event_type = 'Lock'`;
    const waiting = (most: number) =>
      expect.poll(() => admin.query(held).then(({ rowCount }) => rowCount)).toBe(most);
    const done = first(contact.id);
    await waiting(1);
    const claim = { isProven: false, person: { ...nobody(), email } };
    const commit = moving(session, 'Hi', { contact: claim });
    const written = store.sessions.commit({ ...commit, contact: { patch: { email }, newId: newId('made') } });
    await waiting(2);
    await other.query('ROLLBACK');
    await Promise.all([done, written]);
    await other.end();
    return store.contacts.findBy(userId, { email });
  }

  it('does not come back with what was known of them, when they are erased while somebody claims their address', async () => {
    expect(await meanwhile((id) => store.contacts.erase(id))).toMatchObject({ name: null, fields: {} });
  });

  it('keeps what their owner saves while somebody claims their address', async () => {
    const saving = (id: string) => store.contacts.update(id, { name: 'Ada Lovelace' }, after(1));
    expect(await meanwhile(saving)).toMatchObject({ name: 'Ada Lovelace', fields: { secret: 'x' } });
  });
});

describe('a database in trouble', () => {
  it('cuts commits short: each is whole or not there, and the store goes on', async () => {
    const { session, userId, begun } = await aWorld(open);
    const done: Commit[] = [];
    const refused: [Commit, CrmflowError][] = [];
    const work = async () => {
      while (refused.length === 0) {
        const commit = beginning(session());
        await store.sessions.commit(commit).then(
          () => done.push(commit),
          (cause: CrmflowError) => refused.push([commit, cause]),
        );
      }
    };
    const working = Promise.all(Array.from({ length: 50 }, work));
    // A cut between two statements is noticed by nobody.
    do await cutAll();
    while (refused.length === 0);
    await working;
    await renewed();
    expect(new Set(refused.map(([, { code }]) => code))).toEqual(new Set(['unavailable']));
    for (const commit of done) expect(await allOf(store, userId, commit.session.id)).toEqual(allIn([commit]));
    const none = { session: null, lines: [], events: [], logs: [] };
    for (const [commit] of refused) {
      const stored = await allOf(store, userId, commit.session.id);
      expect(stored).toEqual(stored.session ? allIn([commit]) : none);
    }
    const again = await begun();
    expect(await store.sessions.get(again.id)).toEqual(again);
  });

  it('cuts idle connections: the next request says so or succeeds, and those after it succeed', async () => {
    const { begun, userId } = await aWorld(open);
    const session = await begun();
    await store.workflows.list(userId, { limit: 1 });
    await cutAll();
    const reads = [
      store.sessions.get(session.id),
      store.users.get(userId),
      store.messages(session.id, { limit: 9 }),
    ];
    const { refused } = await countOf(reads);
    expect(['', 'unavailable']).toContain(refused.join());
    await renewed();
    expect(await store.sessions.get(session.id)).toEqual(session);
    expect(await store.users.get(userId)).toMatchObject({ id: userId });
  });

  it('has a full disk: that is said, and nothing of the commit is kept', async () => {
    const { session, userId } = await aWorld(open);
    await database.pool.query(`CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file' USING errcode = '53100'; END $$`);
    await database.pool.query(
      'CREATE TRIGGER no_space BEFORE INSERT ON "Event" FOR EACH ROW EXECUTE FUNCTION no_space()',
    );
    await database.pool.query(
      'CREATE TRIGGER no_space BEFORE UPDATE ON "Workflow" FOR EACH ROW EXECUTE FUNCTION no_space()',
    );
    const workflow = aWorkflow(userId);
    await store.workflows.create(workflow);
    const begins = [beginning(session()), beginning(session())];
    const calls = [
      ...begins.map((commit) => store.sessions.commit(commit)),
      store.workflows.update(workflow.id, { name: 'New' }, workflow.updatedAt),
    ];
    expect(await refusalsOf(calls)).toEqual([
      'unavailable: The disk of the database is full. Make room, then try again.',
    ]);
    await database.pool.query('DROP FUNCTION no_space CASCADE');
    expect(await allOf(store, userId, begins[0]!.session.id)).toMatchObject({ session: null, lines: [] });
    await store.sessions.commit(begins[0]!);
    expect(await allOf(store, userId, begins[0]!.session.id)).toEqual(allIn([begins[0]!]));
  });

  it('is not there: every request says so', async () => {
    const port = await closedPort();
    const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'postgres' });
    pool.on('error', () => {});
    const away = createPrismaStore({ pool, kind: 'postgres' });
    const { session } = await aWorld(open);
    const calls = [
      away.sessions.get('s'),
      away.sessions.commit(beginning(session())),
      away.users.get('u'),
      away.workflows.list('u', { limit: 1 }),
    ];
    expect(await refusalsOf(calls)).toEqual([
      'unavailable: The database does not answer at the moment. Try again shortly.',
    ]);
    await away.close();
    await pool.end();
  });

  it('gives a statement up for another that waits in a circle: it is run again, and nobody hears of it', async () => {
    const { begun } = await aWorld(open);
    const [first, second] = [await begun(), await begun()].sort((a, b) => (a.id < b.id ? -1 : 1)) as [
      Session,
      Session,
    ];
    const other = new pg.Client(url.href);
    await other.connect();
    const lock = ({ id }: Session) => other.query('SELECT FROM "Session" WHERE id = $1 FOR UPDATE', [id]);
    await other.query('BEGIN');
    await lock(second);
    // Together in one statement, which has the first and waits for the second.
    const commits = Promise.all([
      store.sessions.commit(moving(first)),
      store.sessions.commit(moving(second)),
    ]);
    await expect
      .poll(() => admin.query('SELECT FROM pg_locks WHERE NOT granted').then(({ rowCount }) => rowCount))
      .toBeGreaterThan(0);
    await lock(first).catch(() => undefined);
    await other.query('ROLLBACK');
    await commits;
    await other.end();
    for (const { id, seq } of [first, second])
      expect((await store.sessions.get(id))!.seq).toBe(moving({ ...first, seq }).session.seq);
  });

  it('says no word more about one row: who waits is told, and the others go on', async () => {
    const { begun } = await aWorld(open);
    const [locked, free] = [await begun(), await begun()];
    const impatient = await openPostgres({ url: url.href, answerMs: 500 });
    const theirs = createPrismaStore(impatient);
    const other = new pg.Client(url.href);
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM "Session" WHERE id = $1 FOR UPDATE', [locked.id]);
    await expect(theirs.sessions.commit(moving(locked))).rejects.toMatchObject({ code: 'unavailable' });
    await theirs.sessions.commit(moving(free));
    await other.query('ROLLBACK');
    await other.end();
    await theirs.close();
    await impatient.close();
  });

  it('is away under both of its addresses: that is said as for one', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const both = new AggregateError([refused, refused]);
    for (const cause of [refused, both]) expect(databaseError(cause)).toMatchObject({ code: 'unavailable' });
  });

  it('refuses an owner that does not exist, as an error of ours with its cause', async () => {
    const { session, begun } = await aWorld(open);
    const orphan = beginning(session({ userId: newId('user') }));
    await expect(store.sessions.commit(orphan)).rejects.toMatchObject({
      code: 'conflict',
      cause: { code: '23503' },
    });
    await begun();
  });
});

describe('a store', () => {
  it('works in a schema that the URL names', async () => {
    const other = await openPostgres({ url: `${url.href}?schema=some_where` });
    await migrate(other.pool, migrations);
    const there = createPrismaStore(other);
    const { userId, begun } = await aWorld(async () => there);
    const session = await begun();
    expect((await there.sessions.list({ of: { userId } }, { limit: 5 })).items).toEqual([session]);
    expect(await store.sessions.get(session.id)).toBeNull();
    await there.close();
    await other.close();
  });

  it('closes after what it was asked for is done, and leaves the pool to its owner', async () => {
    const other = await openPostgres({ url: url.href });
    const others = createPrismaStore(other);
    const { begun } = await aWorld(open);
    const sessions = await Promise.all(Array.from({ length: 200 }, () => begun()));
    await others.users.get('nobody');
    const calls = sessions.map((one) => others.sessions.commit(moving(one)));
    await others.close();
    expect(await countOf(calls)).toEqual({ done: 200, refused: [] });
    expect((await other.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(other.pool.listenerCount('error')).toBe(1);
    await other.close();
  });

  it('keeps a user for the person in front of this computer', async () => {
    const id = newId('local');
    await Promise.all([store.users.ensureLocal(id), store.users.ensureLocal(id)]);
    expect(await store.users.get(id)).toMatchObject({ id, email: `${id}@localhost`, password: '*' });
  });
});

/** What calls that all fail are told, each sentence once. */
async function refusalsOf(calls: Promise<unknown>[]): Promise<string[]> {
  const told = calls.map((call) =>
    call.then(
      () => 'done',
      ({ code, message }: CrmflowError) => `${code}: ${message}`,
    ),
  );
  return [...new Set(await Promise.all(told))];
}

async function closedPort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}
