import { CrmflowError, notFound } from '../../errors.ts';
import type { Prisma as Types } from '../../generated/prisma/client.ts';
import type { Store, WorkflowPatch } from '../../store.ts';
import type { Workflow } from '../../workflow/workflow.ts';
import type { Ask } from './ask.ts';
import { pageIn, pageQuery } from './cursor.ts';
import { createLookUps } from './look-ups.ts';
import type { Prisma } from './prisma.ts';
import { inSlices } from './slices.ts';
import { CREATE, GET, UPDATE } from './workflow.sql.ts';

export function createWorkflows(ask: Ask, prisma: Prisma): Store['workflows'] {
  const gets = createLookUps<{ id: string }, WorkflowRow, Workflow>({
    // A few at a time: a graph may be a megabyte.
    ...{ ask, statement: GET, most: 16, flights: 2 },
    from: ({ at: _at, ...row }) => workflowFrom(row),
  });
  const get = (id: string) => gets.add({ id });

  return {
    get,
    findByName: (userId, name) =>
      prisma(async ({ workflow }) => {
        const { orderBy } = pageQuery('updatedAt', { limit: 1 });
        const row = await workflow.findFirst({
          where: { userId, name },
          orderBy,
          include: GRAPH,
          omit: FIRING,
        });
        return row && workflowFrom(row);
      }),
    async list(userId, page) {
      const { orderBy, take, after } = pageQuery('updatedAt', page);
      const found = await prisma(({ workflow }) =>
        workflow.findMany({ where: { userId, AND: after }, orderBy, take, ...SUMMARY }),
      );
      const { items, nextCursor } = pageIn(found, page.limit, ({ updatedAt }) => updatedAt);
      const summaries = items.map(({ _count, ...row }) => ({ ...withTimes(row), nodeCount: _count.nodes }));
      return { items: summaries, nextCursor };
    },
    async create(workflow) {
      const { nodes, edges, ...row } = workflow;
      const [created] = await ask<{ id: string }>(CREATE, [row, nodes, edges].map(json));
      if (!created) throw new CrmflowError('conflict', `There is already a workflow ${workflow.id}.`);
    },
    async update(id, patch, at, revision) {
      for (;;) {
        const current = await get(id);
        if (!current) throw notFound('workflow', id);
        if (revision !== undefined && revision !== current.revision)
          throw new CrmflowError('stale', 'The workflow was saved by someone else meanwhile.', { current });
        const saved = { ...current, ...patch, revision: current.revision + 1, updatedAt: at };
        // A save in between has the next look say so, or is built upon.
        if (await save(saved, patch)) return structuredClone(saved);
      }
    },
    async remove(id) {
      await inSlices(ask, FORGET_IN_LOGS, id);
      const { count } = await prisma(({ workflow }) => workflow.deleteMany({ where: { id } }));
      if (count === 0) throw notFound('workflow', id);
    },
  };

  async function save({ nodes: _nodes, edges: _edges, ...row }: Workflow, patch: WorkflowPatch) {
    // A time that is not saved may have come meanwhile, and be another.
    const timed = { ...row, isTimed: patch.firesAt !== undefined };
    const saved = await ask<{ id: string }>(UPDATE, [timed, patch.nodes, patch.edges].map(json));
    return saved.length === 1;
  }
}

/** Ahead of the row itself, which would change all of them in one statement. */
const FORGET_IN_LOGS = {
  name: 'forget-workflow-in-logs',
  text: `UPDATE "ExecutionLog" SET "workflowId" = NULL
WHERE id = ANY (ARRAY(SELECT id FROM "ExecutionLog" WHERE "workflowId" = $1 LIMIT $2)) RETURNING 1`,
};

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));

const inOrder = { orderBy: { order: 'asc' } } as const;
const GRAPH = {
  nodes: { ...inOrder, omit: { workflowId: true, order: true } },
  edges: { ...inOrder, omit: { workflowId: true, order: true } },
} as const;
/** Of no concern to anybody but whoever fires. */
const FIRING = { firingUntil: true, firingAfter: true } as const;
const SUMMARY = {
  omit: { settings: true, knowledge: true, ...FIRING },
  include: { _count: { select: { nodes: true } } },
} as const;

interface Times {
  createdAt: Date;
  updatedAt: Date;
  publishedAt: Date | null;
  firesAt: Date | null;
}
const withTimes = <T extends Times>(row: T) => ({
  ...row,
  publishedAt: row.publishedAt?.toISOString() ?? null,
  firesAt: row.firesAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

type WorkflowRow = Omit<Types.WorkflowGetPayload<{ include: typeof GRAPH }>, 'firingUntil' | 'firingAfter'>;
/** Its columns hold what the door let in. */
const workflowFrom = (row: WorkflowRow) => withTimes(row) as unknown as Workflow;
