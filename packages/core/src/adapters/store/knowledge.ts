import { notFound } from '../../errors.ts';
import type { KnowledgeItem, KnowledgeJob, NewJob, Store, StoredPassage } from '../../store.ts';
import type { Ask } from './ask.ts';
import { pageIn, pageQuery } from './cursor.ts';
import type { Prisma } from './prisma.ts';

type Row = Omit<KnowledgeItem, 'createdAt' | 'updatedAt'> & {
  createdAt: Date;
  updatedAt: Date;
  size: number;
};
const TAKEN = 'This content is there already.';

export function createKnowledge(ask: Ask, prisma: Prisma): Store['knowledge'] {
  const write = async (item: object, passages?: readonly StoredPassage[], job?: NewJob) => {
    const rows = passages === undefined ? null : JSON.stringify(passages);
    const source = job === undefined ? null : JSON.stringify(job.source);
    const values = [JSON.stringify(item), rows, source, bytesOf(job), job?.dueAt];
    const [written] = await ask<Row>(WRITE, values, TAKEN);
    return written;
  };

  return {
    get: (id) =>
      prisma(async ({ knowledgeItem }) => itemFrom(await knowledgeItem.findUnique({ where: { id } }))),
    findByHash: (userId, hash) =>
      prisma(async ({ knowledgeItem }) =>
        itemFrom(await knowledgeItem.findUnique({ where: { userId_hash: { userId, hash } } })),
      ),
    findByUrl: (userId, url) =>
      prisma(async ({ knowledgeItem }) =>
        itemFrom(await knowledgeItem.findFirst({ where: { userId, url }, orderBy: { createdAt: 'asc' } })),
      ),
    async list(userId, page, { type, state } = {}) {
      const { orderBy, take, after } = pageQuery('createdAt', page);
      const where = { userId, ...(type && { type }), ...(state && { state }), AND: after };
      const found = await prisma(({ knowledgeItem }) =>
        knowledgeItem.findMany({ where, orderBy, take, omit: { content: true } }),
      );
      const { items, nextCursor } = pageIn(found, page.limit, ({ createdAt }) => createdAt);
      return {
        items: items.map((row) => withTimes(row) as Omit<KnowledgeItem, 'content'> & { size: number }),
        nextCursor,
      };
    },
    async create(item, passages, job) {
      await write({ ...item, size: item.content.length, isNew: true }, passages, job);
    },
    async update(id, patch, at, { passages, job } = {}) {
      const size = patch.content === undefined ? {} : { size: patch.content.length };
      const written = await write({ id, ...patch, ...size, updatedAt: at, isNew: false }, passages, job);
      if (!written) throw notFound('knowledge item', id);
      return itemFrom(written)!;
    },
    async remove(id) {
      const removed = await ask<{ id: string }>(REMOVE, [id]);
      if (removed.length === 0) throw notFound('knowledge item', id);
    },
    async usage(userId) {
      const [used] = await ask<{ items: number; size: number }>(USAGE, [userId]);
      return used!;
    },
    async revision(userId) {
      const [found] = await ask<{ revision: number }>(REVISION, [userId]);
      return found?.revision ?? 0;
    },
    searchable: (userId) => ask(SEARCHABLE, [userId]),
    passages: (itemIds) => ask<StoredPassage>(PASSAGES, [itemIds]),
    vectors: async (itemIds) =>
      (await ask<{ itemId: string; model: string; bytes: Buffer }>(VECTORS, [itemIds])).map(
        ({ bytes, ...row }) => ({ ...row, matrix: floatsIn(bytes) }),
      ),
    putVectors: async ({ id, hash, name }, { model, matrix }) =>
      void (await ask(PUT_VECTORS, [
        id,
        hash,
        name,
        model,
        Buffer.from(matrix.buffer, matrix.byteOffset, matrix.byteLength),
      ])),
    async claim(now, limit, until, itemId) {
      const rows = await ask<Omit<KnowledgeJob, 'bytes'> & { bytes: Buffer | null }>(CLAIM, [
        now,
        limit,
        until,
        itemId,
      ]);
      return rows.map(({ bytes, ...job }) => ({ ...job, bytes: bytes && new Uint8Array(bytes) }));
    },
    hold: async (itemId, attempts, until, progress) =>
      (await ask(HOLD, [itemId, attempts, until, JSON.stringify(progress)])).length > 0,
    release: async (now) => void (await ask(RELEASE, [now])),
  };
}

/** By name: a statement that gives all columns fails once on every connection when a migration adds one. */
const COLUMNS = `id, type, name, content, enabled, "userId", "createdAt", "updatedAt", hash, reason, size, state, url, progress, crawl`;

const STORED = COLUMNS.split(', ')
  .map((column) => `stored.${column}`)
  .join(', ');

const bytesOf = (job: NewJob | undefined) =>
  job?.bytes && Buffer.from(job.bytes.buffer, job.bytes.byteOffset, job.bytes.byteLength);

/** An item, its passages, its job and its owner's revision in one statement: all of it, or nothing. */
const WRITE = {
  name: 'write-knowledge',
  text: `WITH given AS (
  SELECT $1::json AS item, row.* FROM json_populate_record(NULL::"KnowledgeItem", $1::json) AS row
), made AS (
  INSERT INTO "KnowledgeItem" (${COLUMNS}) SELECT ${COLUMNS} FROM given WHERE (item->>'isNew')::boolean
  RETURNING ${COLUMNS}
), changed AS (
  UPDATE "KnowledgeItem" AS stored SET
    name = COALESCE(given.name, stored.name),
    content = COALESCE(given.content, stored.content),
    enabled = COALESCE(given.enabled, stored.enabled),
    state = COALESCE(given.state, stored.state),
    reason = CASE WHEN given.item->'reason' IS NULL THEN stored.reason ELSE given.reason END,
    url = CASE WHEN given.item->'url' IS NULL THEN stored.url ELSE given.url END,
    hash = CASE WHEN given.item->'hash' IS NULL THEN stored.hash ELSE given.hash END,
    progress = CASE WHEN given.item->'progress' IS NULL THEN stored.progress ELSE given.progress END,
    crawl = CASE WHEN given.item->'crawl' IS NULL THEN stored.crawl ELSE given.crawl END,
    size = COALESCE(given.size, stored.size),
    "updatedAt" = given."updatedAt"
  FROM given WHERE NOT (item->>'isNew')::boolean AND stored.id = given.id
  RETURNING ${STORED}
), written AS (
  SELECT ${COLUMNS} FROM made UNION ALL SELECT ${COLUMNS} FROM changed
), counted AS (
  UPDATE "User" SET "knowledgeRevision" = "knowledgeRevision" + 1 WHERE id IN (SELECT "userId" FROM written)
), over AS (
  DELETE FROM "KnowledgeJob" WHERE $3::json IS NULL AND "itemId" IN (
    SELECT changed.id FROM changed, given WHERE json_typeof(given.item->'progress') = 'null'
  )
), begun AS (
  INSERT INTO "KnowledgeJob" ("itemId", source, bytes, "dueAt")
  SELECT id, $3::json, $4::bytea, $5::timestamptz FROM written WHERE $3::json IS NOT NULL
  ON CONFLICT ("itemId") DO UPDATE SET
    source = EXCLUDED.source, bytes = EXCLUDED.bytes, "dueAt" = EXCLUDED."dueAt", attempts = 1
), stale AS (
  DELETE FROM "KnowledgeVectors" WHERE "itemId" IN (
    SELECT changed.id FROM changed JOIN "KnowledgeItem" AS before ON before.id = changed.id
    WHERE $2::json IS NOT NULL OR before.name <> changed.name
  )
), dropped AS (
  DELETE FROM "Passage" WHERE $2::json IS NOT NULL AND "itemId" IN (SELECT id FROM changed)
    AND position >= json_array_length($2::json)
), kept AS (
  INSERT INTO "Passage" ("itemId", position, text, page, start, "end")
  SELECT written.id, piece.position, piece.text, piece.page, piece.start, piece."end"
  FROM written, json_populate_recordset(NULL::"Passage", $2::json) AS piece
  ON CONFLICT ("itemId", position) DO UPDATE SET
    text = EXCLUDED.text, page = EXCLUDED.page, start = EXCLUDED.start, "end" = EXCLUDED."end"
)
SELECT ${COLUMNS} FROM written`,
};
const REMOVE = {
  name: 'remove-knowledge',
  text: `WITH gone AS (DELETE FROM "KnowledgeItem" WHERE id = $1 RETURNING id, "userId"), counted AS (
  UPDATE "User" SET "knowledgeRevision" = "knowledgeRevision" + 1 WHERE id IN (SELECT "userId" FROM gone)
)
SELECT id FROM gone`,
};
const USAGE = {
  name: 'knowledge-usage',
  text: 'SELECT count(*)::int AS items, COALESCE(sum(size), 0)::float8 AS size FROM "KnowledgeItem" WHERE "userId" = $1',
};
const REVISION = {
  name: 'knowledge-revision',
  text: 'SELECT "knowledgeRevision" AS revision FROM "User" WHERE id = $1',
};
const SEARCHABLE = {
  name: 'searchable-knowledge',
  text: `SELECT id, name, url, hash, vectors.model AS "vectorModel", COALESCE(octet_length(vectors.bytes), 0) AS "vectorBytes"
FROM "KnowledgeItem" LEFT JOIN "KnowledgeVectors" AS vectors ON "itemId" = id
WHERE "userId" = $1 AND enabled AND state = 'ready'`,
};
const VECTORS = {
  name: 'knowledge-vectors',
  text: 'SELECT "itemId", model, bytes FROM "KnowledgeVectors" WHERE "itemId" = ANY($1::text[])',
};
const PUT_VECTORS = {
  name: 'put-knowledge-vectors',
  text: `WITH item AS (
  SELECT id, "userId" FROM "KnowledgeItem" WHERE id = $1 AND hash IS NOT DISTINCT FROM $2 AND name = $3 AND state = 'ready'
  FOR UPDATE
), put AS (
  INSERT INTO "KnowledgeVectors" ("itemId", model, bytes) SELECT id, $4, $5::bytea FROM item
  ON CONFLICT ("itemId") DO UPDATE SET model = EXCLUDED.model, bytes = EXCLUDED.bytes
)
UPDATE "User" SET "knowledgeRevision" = "knowledgeRevision" + 1 WHERE id IN (SELECT "userId" FROM item)`,
};
const PASSAGES = {
  name: 'passages',
  text: `SELECT "itemId", position, text, page, start, "end" FROM "Passage"
WHERE "itemId" = ANY($1::text[]) ORDER BY "itemId", position`,
};
const CLAIM = {
  name: 'claim-knowledge-jobs',
  text: `WITH due AS (
  SELECT "itemId" FROM "KnowledgeJob" WHERE "dueAt" <= $1 AND ($4::text IS NULL OR "itemId" = $4)
  ORDER BY "dueAt" LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE "KnowledgeJob" AS job SET "dueAt" = $3, attempts = job.attempts + 1
FROM due WHERE job."itemId" = due."itemId"
RETURNING job."itemId", job.source, job.bytes, job.attempts`,
};
const HOLD = {
  name: 'hold-knowledge-job',
  text: `WITH held AS (
  UPDATE "KnowledgeJob" SET "dueAt" = $3 WHERE "itemId" = $1 AND attempts = $2 RETURNING "itemId"
)
UPDATE "KnowledgeItem" SET progress = $4::json WHERE id IN (SELECT "itemId" FROM held) RETURNING id`,
};
const RELEASE = {
  name: 'release-knowledge-jobs',
  text: 'UPDATE "KnowledgeJob" SET "dueAt" = $1 WHERE "dueAt" > $1',
};

/** Bytes of a connection begin anywhere; numbers of four bytes do not. */
const floatsIn = (bytes: Buffer) => new Float32Array(new Uint8Array(bytes).buffer);

const withTimes = <T extends Pick<Row, 'createdAt' | 'updatedAt'> & { crawl: unknown }>(row: T) => ({
  ...row,
  // Rows of earlier releases do not say which pages were skipped.
  crawl: row.crawl && { skips: [], ...row.crawl },
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** Its columns hold what was written. */
function itemFrom(row: object | null): KnowledgeItem | null {
  if (!row) return null;
  const { size: _size, ...item } = withTimes(row as Row);
  return item;
}
