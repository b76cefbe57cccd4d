import { CrmflowError } from '../../errors.ts';
import type { Session } from '../../session/session.ts';
import type { Commit, Store } from '../../store.ts';
import type { Database } from '../database.ts';
import type { Ask } from './ask.ts';
import { createBatches } from './batches.ts';
import { createContactCommits } from './contact-commits.ts';
import { rowOf, sizeOf, type CommitRow } from './commit-row.ts';
import { committing, together } from './commit.sql.ts';
import { lineAt, pageOfLines, type LinesRow } from './lines.ts';
import { createList } from './session-list.ts';
import { createLogIds } from './log-ids.ts';
import { createLookUps } from './look-ups.ts';
import { unpacked, type PackedRow } from './packed.ts';
import { createRecall } from './recall.ts';
import type { Prisma } from './prisma.ts';
import { SESSION_COLUMNS, sessionFrom, type SessionRow } from './rows.ts';

interface Needs {
  ask: Ask;
  prisma: Prisma;
  pool: Database['pool'];
  kind: Database['kind'];
}
type Sessions = Store['sessions'] &
  Pick<Store, 'messages' | 'lastMessages' | 'events'> & {
    /** Once every read and commit that was asked for is done. */
    settled(): Promise<void>;
    /** Knows no more of sessions that are gone. */
    forget(ids: readonly string[]): void;
  };

const MOVED_ON = 'The session has moved on meanwhile.';

/**
 * How much goes together, measured. PostgreSQL has a core for one batch while others wait for the disk or are read
 * here; the embedded database has one connection.
 */
const FLOW = {
  postgres: { most: 128, flights: 3 },
  embedded: { most: 128, flights: 1 },
};

export function createSessions({ ask, prisma, pool, kind }: Needs): Sessions {
  const newLogId = createLogIds();
  const commits = createCommits(ask, kind);
  const contactCommits = createContactCommits({ pool, flights: FLOW[kind].flights, taken: MOVED_ON });
  /** Most go together. */
  async function store(commit: Commit, row: CommitRow): Promise<boolean> {
    if (commit.contact) return contactCommits.add({ commit, row });
    return row.more ? (await ask(...committing(row), MOVED_ON)).length > 0 : commits.add(row);
  }
  const opens = createOpens(ask, kind);
  const recent = createRecall();
  const idsOf = async (name: keyof typeof IDS, values: unknown[]) =>
    (await ask<{ id: string }>({ name: `${name}-sessions`, text: IDS[name] }, values)).map(({ id }) => id);

  return {
    open: (id, messageId) => opens.add({ id, messageId }),
    get: async (id) => (await opens.add({ id, messageId: null }))?.session ?? null,
    recall: recent.recall,
    async commit(commit) {
      const { id } = commit.session;
      const row = rowOf(commit, newLogId);
      try {
        const isDone = await store(commit, row);
        if (!isDone) throw new CrmflowError('conflict', MOVED_ON);
      } catch (cause) {
        recent.forget(id);
        throw cause;
      }
      // Which contact it is with now is known to the database.
      if (commit.contact) recent.forget(id);
      else recent.keep(commit, sizeOf(row));
    },
    list: createList(prisma),
    claim: (now, limit, until) => idsOf('claim', [now, limit, until]),
    async firstDueAt() {
      const [row] = await ask<{ dueAt: Date | null }>(FIRST_DUE, []);
      return row?.dueAt?.toISOString() ?? null;
    },
    hold: async (ids, until) => void (await ask(HOLD, [JSON.stringify(ids), until])),
    release: async (now) => (await idsOf('release', [now])).length,
    openOn: (workflowId) => idsOf('open', [workflowId]),
    openOf: (userId) => idsOf('theirs', [userId]),
    openWith: (contactId) => idsOf('with', [contactId]),
    async lastSeqs(ids) {
      const rows = await ask<{ id: string; seq: number }>(LAST_SEQS, [JSON.stringify(ids)]);
      return new Map(rows.map(({ id, seq }) => [id, seq]));
    },
    forget: (ids) => ids.forEach(recent.forget),
    async remove(id) {
      recent.forget(id);
      await prisma(({ session }) => session.deleteMany({ where: { id } }));
    },
    async messages(sessionId, page) {
      const { row, line } = lineAt(page.cursor);
      const rows = await ask<LinesRow>(MESSAGES, [sessionId, row, page.limit + 1]);
      const lines = rows.flatMap(({ seq, lines: said }) => said.map((message, at) => ({ seq, at, message })));
      return pageOfLines(
        lines.filter(({ seq, at }) => seq > row || at >= line),
        page.limit,
      );
    },
    async lastMessages(sessionId, count) {
      const rows = await ask<LinesRow>(LAST_MESSAGES, [sessionId, count]);
      return rows
        .toReversed()
        .flatMap(({ lines }) => lines)
        .slice(-count || Infinity);
    },
    async events(sessionId, after, limit) {
      const rows = await ask<PackedRow>(EVENTS, [sessionId, after, limit]);
      const events = rows.flatMap(unpacked);
      return events.filter(({ seq }) => seq > after).slice(0, limit);
    },
    settled: async () =>
      void (await Promise.all([commits, contactCommits, opens].map((each) => each.settled()))),
  };
}

function createCommits(ask: Ask, kind: Database['kind']) {
  return createBatches<CommitRow, boolean>({
    ...FLOW[kind],
    // With one connection what the first half sets off would only wait for the second.
    inHalves: FLOW[kind].flights > 1,
    keyOf: ({ scalars: { id } }) => id,
    async run(rows) {
      // Two processes that lock the same rows in one order never wait for each other in a circle.
      const inOrder = rows.toSorted((a, b) => (a.scalars.id < b.scalars.id ? -1 : 1));
      const moved = await ask<{ id: string }>(...together(inOrder), MOVED_ON);
      const done = new Set(moved.map(({ id }) => id));
      return rows.map(({ scalars: { id } }) => done.has(id));
    },
  });
}

interface Opened {
  session: Session;
  knownAt: number | null;
}
type OpenedRow = SessionRow & { knownAt: number | null };

const createOpens = (ask: Ask, kind: Database['kind']) =>
  createLookUps<{ id: string; messageId: string | null }, OpenedRow, Opened>({
    ...{ ask, statement: OPEN, ...FLOW[kind] },
    from: (row) => ({ session: sessionFrom(row), knownAt: row.knownAt }),
  });

const OPEN = {
  name: 'open',
  text: `SELECT at, stored.*, (
    SELECT known.seq FROM "Message" AS known
    WHERE known."sessionId" = wanted.id AND known."messageId" = wanted."messageId" LIMIT 1
  ) AS "knownAt"
FROM json_to_recordset($1::json) AS wanted (at int, id text, "messageId" text),
  LATERAL (SELECT ${SESSION_COLUMNS} FROM "Session" WHERE "Session".id = wanted.id LIMIT 1) AS stored`,
};

/** A row holds one line at least, and is numbered as its first. */
const MESSAGES = {
  name: 'messages',
  text: 'SELECT seq, lines FROM "Message" WHERE "sessionId" = $1 AND seq >= $2 ORDER BY seq LIMIT $3',
};
const LAST_MESSAGES = {
  name: 'last-messages',
  text: 'SELECT seq, lines FROM "Message" WHERE "sessionId" = $1 ORDER BY seq DESC LIMIT $2',
};

/** A row holds one event at least, and is numbered as its last. */
const EVENTS = {
  name: 'events',
  text: `SELECT seq, events, (
    SELECT lines FROM "Message" AS said
    WHERE said."sessionId" = $1 AND said.seq > told.seq - json_array_length(told.events) AND said.seq <= told.seq
  ) AS lines
FROM "Event" AS told WHERE "sessionId" = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
};

const LAST_SEQS = {
  name: 'last-seqs',
  text: `SELECT id, seq FROM "Session" WHERE id = ANY (ARRAY(SELECT json_array_elements_text($1::json)))`,
};

/** The first entry of the index, however many there are. */
const FIRST_DUE = { name: 'first-due', text: `SELECT min("dueAt") AS "dueAt" FROM "Session"` };

const HOLD = {
  name: 'hold-sessions',
  text: `UPDATE "Session" SET "dueAt" = $2 WHERE status = 'running'
  AND id = ANY (ARRAY(SELECT json_array_elements_text($1::json)))`,
};

const IDS = {
  // As an array, so that each is looked up by its id, whatever the database expects.
  claim: `UPDATE "Session" SET "dueAt" = $3 WHERE id = ANY (ARRAY(
    SELECT id FROM "Session" WHERE "dueAt" <= $1 ORDER BY "dueAt" LIMIT $2 FOR UPDATE SKIP LOCKED
  )) RETURNING id`,
  release: `UPDATE "Session" SET "dueAt" = $1 WHERE status = 'running' RETURNING id`,
  open: `SELECT id FROM "Session" WHERE "workflowId" = $1 AND status IN ('running', 'waiting')`,
  theirs: `SELECT id FROM "Session" WHERE "userId" = $1 AND status IN ('running', 'waiting')`,
  with: `SELECT id FROM "Session" WHERE "contactId" = $1 AND status IN ('running', 'waiting')`,
};
