import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../packages/core/src/adapters/database.ts';
import { openEmbedded } from '../packages/core/src/adapters/embedded/embedded.ts';
import { migrate } from '../packages/core/src/adapters/migrate.ts';
import { openPostgres } from '../packages/core/src/adapters/postgres.ts';
import { createPrismaStore } from '../packages/core/src/adapters/store/prisma-store.ts';
import { migrations } from '../packages/core/src/generated/migrations.ts';
import { merged } from '../packages/core/src/language/variables.ts';
import type { Message, Session, SessionEvent } from '../packages/core/src/session/session.ts';
import type { Commit, Store } from '../packages/core/src/store.ts';
import { freshDatabase } from '../chaos/fresh-database.mjs';
import { compare, printTable } from './measure.ts';

// The store alone: reading a session and committing a turn, against one raw prepared statement that writes the same rows.

const at = '2026-01-05T09:00:00.000Z';
const SIZES = [1, 16, 64, 1_000];

function sessionOf(id: string): Session {
  return {
    ...{
      id,
      workflowId: 'workflow',
      versionId: 'version',
      userId: 'local',
      contactId: null,
      contact: null,
      starterId: null,
      tokenHash: 'a'.repeat(64),
    },
    ...{ mode: 'auto', status: 'waiting', outcome: null, reason: null, nodeId: 'ask-size', step: 0, seq: 0 },
    variables: merged({
      name: 'Ada Lovelace',
      company: 'Analytical Engines',
      interests: ['pricing', 'demo'],
    }),
    wait: { for: 'message', expects: { kind: 'number', min: 1, max: 100_000 } },
    ...{
      graph: null,
      stack: [],
      memory: {},
      inputs: {},
      wake: null,
      departure: null,
      attempt: 0,
      message: null,
      cuts: 0,
      tokens: 0,
      workedMs: 0,
      channel: null,
    },
    past: [{ nodeId: 'ask-email', graph: null, stack: [], undo: {}, unset: ['email'] }],
    completed: ['start', 'hello', 'ask-name', 'ask-email'],
    ...{ dueAt: null, createdAt: at, updatedAt: at },
  };
}

/** A turn as the engine makes it: an answer, a text, the next question. */
function turnOf(from: Session): Commit {
  const { seq, step } = from;
  const text = `My e-mail is person${step}@example.org`;
  const line = (n: number, from: Message['from'], text: string, nodeId: string): Message => ({
    id: `m${seq + n}`,
    from,
    text,
    nodeId,
    at,
  });
  const lines = [
    line(1, 'user', text, 'ask-email'),
    line(3, 'bot', 'Thank you! How many people work there?', 'ask-size'),
  ];
  const label = 'Company size';
  const events: SessionEvent[] = [
    { type: 'session:message', seq: seq + 1, message: lines[0]! },
    { type: 'node:execution_complete', seq: seq + 2, nodeId: 'ask-email' },
    { type: 'session:message', seq: seq + 3, message: lines[1]! },
    {
      type: 'workflow:node_activated',
      seq: seq + 4,
      node: { id: 'ask-size', type: 'listen', kind: 'number', label },
    },
    {
      type: 'system:waiting_for_input',
      seq: seq + 5,
      nodeId: 'ask-size',
      label,
      expects: { kind: 'number', min: 1 },
    },
  ];
  const seen = { nodeId: 'ask-size', nodeType: 'listen' } as const;
  return {
    from: { step, seq, attempt: 0 },
    session: {
      ...from,
      step: step + 1,
      seq: seq + 5,
      message: text,
      variables: merged(from.variables, { email: text }),
    },
    events,
    lines,
    messageId: `message-${step}`,
    workflowId: null,
    logs: [
      { eventType: 'message_sent', ...seen, data: { user: 1, bot: 1 } },
      { eventType: 'node_advance', ...seen, data: { path: ['ask-email', 'thank'] } },
    ],
  };
}

const RAW = {
  name: 'raw-turn',
  text: `WITH moved AS (
    UPDATE "Session" SET status = $4, "waitFor" = $5, "nodeId" = $6, step = $7, seq = $8, variables = $9, state = $10,
      "dueAt" = $11, "updatedAt" = $12
    WHERE id = $1 AND step = $2 AND seq = $3 RETURNING id, "userId", "workflowId"
  ), said AS (
    INSERT INTO "Message" ("sessionId", seq, "messageId", lines) SELECT id, $13, $14, $15 FROM moved
  ), told AS (
    INSERT INTO "Event" ("sessionId", seq, events) SELECT id, $8, $16 FROM moved
  ), logged AS (
    INSERT INTO "ExecutionLog" (id, "eventType", "nodeId", "nodeType", data, "sessionId", "userId", "workflowId", "createdAt")
    SELECT log.id, log.type, $6, $17, log.data, moved.id, "userId", "workflowId", $12
    FROM moved, (VALUES ($18, $19::"LogEventType", $20::json), ($21, $22, $23)) AS log (id, type, data)
  )
  SELECT id FROM moved`,
};
let logIds = 0;
const rawLogId = () => `c${process.pid}r${String(++logIds).padStart(12, '0')}`;

async function rawTurn(
  { pool }: Database,
  { from, session, lines, events, messageId, logs }: Commit,
): Promise<void> {
  const { wait, stack: _stack, memory: _memory, past, completed, message } = session;
  const values = [
    ...[
      session.id,
      from!.step,
      from!.seq,
      session.status,
      wait!.for,
      session.nodeId,
      session.step,
      session.seq,
    ],
    ...[JSON.stringify(session.variables), JSON.stringify({ wait, past, completed, message })],
    ...[session.dueAt, session.updatedAt, Number(lines[0]!.id.slice(1)), messageId],
    ...[JSON.stringify(lines), JSON.stringify(events), logs[0]!.nodeType],
    ...logs.flatMap((log) => [rawLogId(), log.eventType, JSON.stringify(log.data)]),
  ];
  const { rows } = await pool.query({ ...RAW, values });
  if (rows.length !== 1) throw new Error('The session has moved on.');
}

async function measure(database: Database): Promise<void> {
  await migrate(database.pool, migrations);
  const store = createPrismaStore(database);
  await store.users.ensureLocal('local');
  await store.versions.keep({
    id: 'version',
    graph: { nodes: [], edges: [], knowledge: [], subflows: {} } as never,
  });
  await store.workflows.create({
    id: 'workflow',
    name: 'w',
    userId: 'local',
    nodes: [],
    edges: [],
    knowledge: [],
    settings: {} as never,
    revision: 1,
    publishedVersionId: null,
    publishedAt: null,
    firesAt: null,
    description: null,
    isPublic: false,
    isTemplate: false,
    createdAt: at,
    updatedAt: at,
  });
  const begin = (name: string) =>
    Promise.all(
      Array.from({ length: Math.max(...SIZES) }, (_, n) => begun(store, sessionOf(`${name}-${n}`))),
    );
  const [raw, ours] = [await begin('raw'), await begin('ours')];
  for (const size of SIZES) {
    const rates = await compare(
      {
        'one raw statement a turn': () =>
          talk(size, async (n) => {
            const turn = turnOf(raw[n]!);
            await rawTurn(database, turn);
            raw[n] = turn.session;
          }),
        'open and commit': () =>
          talk(size, async (n) => {
            const { id, step } = ours[n]!;
            const { session } = (await store.sessions.open(id, `message-${step}`))!;
            const turn = turnOf(session);
            await store.sessions.commit(turn);
            ours[n] = turn.session;
          }),
        'commit alone': () =>
          talk(size, async (n) => {
            const turn = turnOf(ours[n]!);
            await store.sessions.commit(turn);
            ours[n] = turn.session;
          }),
      },
      { rounds: Number(process.env.BENCH_ROUNDS ?? 9), roundMs: 1 },
    );
    printTable(
      `Turns a second, ${database.kind}, ${size} sessions at once`,
      rates,
      'one raw statement a turn',
    );
  }
  await store.close();
}

async function begun(store: Store, session: Session): Promise<Session> {
  await store.sessions.commit({
    from: null,
    session,
    events: [],
    lines: [],
    messageId: null,
    workflowId: null,
    logs: [],
  });
  return session;
}

const TALK_MS = 400;
/** So many sessions take turn after turn for a while; gives how many turns that were. */
async function talk(size: number, turn: (n: number) => Promise<void>): Promise<number> {
  const end = performance.now() + TALK_MS;
  let turns = 0;
  const one = async (n: number) => {
    while (performance.now() < end) {
      await turn(n);
      turns += 1;
    }
  };
  await Promise.all(Array.from({ length: size }, (_, n) => one(n)));
  return turns;
}

const folder = mkdtempSync(join(tmpdir(), 'crmflow-bench-'));
const embedded = await openEmbedded({ dataDir: folder });
await measure(embedded);
await embedded.close();
rmSync(folder, { recursive: true, force: true });

const home = await freshDatabase();
const postgres = await openPostgres({ url: home.store.databaseUrl });
await measure(postgres);
await postgres.close();
await home.remove();
