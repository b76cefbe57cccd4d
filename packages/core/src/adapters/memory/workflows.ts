import { CrmflowError, notFound } from '../../errors.ts';
import type { Store } from '../../store.ts';
import type { Workflow } from '../../workflow/workflow.ts';
import { copy, newestFirst, pageFrom } from './rows.ts';

/** How a workflow that starts by itself is being gone through. */
interface Firing {
  firesAt: string;
  until: string | null;
  after: string | null;
}

/** Workflows, and when they start by themselves. `removed` hears of each that is removed by itself. */
export function memoryWorkflows(removed: (id: string) => void): Pick<Store, 'workflows' | 'schedules'> & {
  hasWorkflow(id: string): boolean;
  forgetWorkflows(userId: string): void;
} {
  const rows = new Map<string, Workflow>();
  const firings = new Map<string, Firing>();
  const inOrder = (isMeant: (row: Workflow) => boolean) =>
    newestFirst([...rows.values()].filter(isMeant), 'updatedAt');
  function rowAt(id: string): Workflow {
    const row = rows.get(id);
    if (!row) throw notFound('workflow', id);
    return row;
  }
  function keep(workflow: Workflow) {
    rows.set(workflow.id, copy(workflow));
    const { id, firesAt } = workflow;
    const { until = null, after = null } = firings.get(id) ?? {};
    if (firesAt === null) firings.delete(id);
    else firings.set(id, { firesAt, until, after });
  }
  function remove(id: string) {
    rows.delete(id);
    firings.delete(id);
  }

  return {
    hasWorkflow: (id) => rows.has(id),
    forgetWorkflows(userId) {
      for (const [id, row] of rows) if (row.userId === userId) remove(id);
    },
    workflows: {
      get: async (id) => copy(rows.get(id) ?? null),
      findByName: async (userId, name) =>
        copy(inOrder((row) => row.userId === userId && row.name === name)[0] ?? null),
      async list(userId, page) {
        const { items, nextCursor } = pageFrom(
          inOrder((row) => row.userId === userId),
          page,
        );
        return { items: items.map(summary), nextCursor };
      },
      async create(workflow) {
        if (rows.has(workflow.id))
          throw new CrmflowError('conflict', `There is already a workflow ${workflow.id}.`);
        keep(workflow);
      },
      async update(id, patch, at, revision) {
        const current = rowAt(id);
        if (revision !== undefined && revision !== current.revision)
          throw new CrmflowError('stale', 'The workflow was saved by someone else meanwhile.', { current });
        if (patch.firesAt !== undefined) firings.delete(id);
        keep({ ...current, ...patch, revision: current.revision + 1, updatedAt: at });
        return copy(rowAt(id));
      },
      async remove(id) {
        rowAt(id);
        remove(id);
        removed(id);
      },
    },
    schedules: {
      async claim(now, until) {
        const due = [...firings].filter(
          ([, firing]) => firing.firesAt <= now && (firing.until === null || firing.until <= now),
        );
        const [id, firing] = due.sort(([, a], [, b]) => (a.firesAt < b.firesAt ? -1 : 1))[0] ?? [];
        if (id === undefined || !firing) return null;
        firing.until = until;
        return { id, userId: rowAt(id).userId, firesAt: firing.firesAt, after: firing.after };
      },
      async release({ id, firesAt }, to) {
        if (firings.get(id)?.firesAt !== firesAt) return;
        rowAt(id).firesAt = to.firesAt;
        if (to.firesAt === null) firings.delete(id);
        else firings.set(id, { firesAt: to.firesAt, until: null, after: to.after });
      },
    },
  };
}

const summary = ({ nodes, edges: _e, settings: _s, knowledge: _k, ...rest }: Workflow) => ({
  ...rest,
  nodeCount: nodes.length,
});
