import { notFound } from '../../errors.ts';
import type { KnowledgeItem, Store, StoredPassage } from '../../store.ts';
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
  const write = async (item: object, passages: readonly StoredPassage[] | undefined) => {
    const rows = passages === undefined ? null : JSON.stringify(passages);
    const [written] = await ask<Row>(WRITE, [JSON.stringify(item), rows], TAKEN);
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
    async list(userId, page, type) {
      const { orderBy, take, after } = pageQuery('createdAt', page);
      const where = { userId, ...(type !== undefined && { type }), AND: after };
      const found = await prisma(({ knowledgeItem }) =>
        knowledgeItem.findMany({ where, orderBy, take, omit: { content: true } }),
      );
      const { items, nextCursor } = pageIn(found, page.limit, ({ createdAt }) => createdAt);
      return {
        items: items.map((row) => withTimes(row) as Omit<KnowledgeItem, 'content'> & { size: number }),
        nextCursor,
      };
    },
    async create(item, passages) {
      await write({ ...item, size: item.content.length, isNew: true }, passages);
    },
    async update(id, patch, at, passages) {
      const size = patch.content === undefined ? {} : { size: patch.content.length };
      const written = await write({ id, ...patch, ...size, updatedAt: at, isNew: false }, passages);
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
    processing: async (before) => (await ask<{ id: string }>(PROCESSING, [before])).map(({ id }) => id),
  };
}

/** By name: a statement that gives all columns fails once on every connection when a migration adds one. */
const COLUMNS = `id, type, name, content, enabled, "userId", "createdAt", "updatedAt", hash, reason, size, state, url`;

const STORED = COLUMNS.split(', ')
  .map((column) => `stored.${column}`)
  .join(', ');

/** An item, its passages and its owner's revision in one statement: all of it, or nothing. */
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
    size = COALESCE(given.size, stored.size),
    "updatedAt" = given."updatedAt"
  FROM given WHERE NOT (item->>'isNew')::boolean AND stored.id = given.id
  RETURNING ${STORED}
), written AS (
  SELECT ${COLUMNS} FROM made UNION ALL SELECT ${COLUMNS} FROM changed
), counted AS (
  UPDATE "User" SET "knowledgeRevision" = "knowledgeRevision" + 1 WHERE id IN (SELECT "userId" FROM written)
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
  text: `SELECT id, name, url, hash FROM "KnowledgeItem" WHERE "userId" = $1 AND enabled AND state = 'ready'`,
};
const PASSAGES = {
  name: 'passages',
  text: `SELECT "itemId", position, text, page, start, "end" FROM "Passage"
WHERE "itemId" = ANY($1::text[]) ORDER BY "itemId", position`,
};
const PROCESSING = {
  name: 'processing-knowledge',
  text: `SELECT id FROM "KnowledgeItem" WHERE state = 'processing' AND "createdAt" < $1`,
};

const withTimes = <T extends { createdAt: Date; updatedAt: Date }>(row: T) => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** Its columns hold what was written. */
function itemFrom(row: object | null): KnowledgeItem | null {
  if (!row) return null;
  const { size: _size, ...item } = withTimes(row as Row);
  return item;
}
