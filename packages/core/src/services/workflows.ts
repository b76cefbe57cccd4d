import type { Services } from '../contract/index.ts';
import type { Actor } from '../contract/operation.ts';
import { CrmflowError, notFound } from '../errors.ts';
import type { Clock, Ids } from '../ports.ts';
import type { Runner } from '../runner/runner.ts';
import type { Store, WorkflowPatch } from '../store.ts';
import { Graph, type Version, type Workflow } from '../workflow/workflow.ts';
import type { Templates } from '../workflow/template.ts';
import { nextFiring, sameSchedule, scheduleOf } from '../workflow/schedule.ts';
import { asCopied } from '../workflow/travel.ts';
import type { Callable } from './callable.ts';
import type { Live } from './live.ts';
import type { Versions } from './versions.ts';
import { edgesOf, nodesOf, patchOf, type Saved } from './saved.ts';
import { createViews, isStale } from './workflow-view.ts';

interface Needs {
  store: Store;
  ids: Ids;
  clock: Clock;
  templates: Templates;
  callable: Callable;
  versions: Versions;
  live: Live['live'];
  runner: Runner;
}
/** As much of a workflow as says when it starts by itself. */
type Scheduled = Pick<Graph, 'nodes' | 'settings'>;

export function createWorkflows({
  store,
  ids,
  clock,
  templates,
  callable,
  versions,
  live,
  runner,
}: Needs): Omit<Services['workflows'], 'report'> {
  const now = () => clock.now().toISOString();
  const { withProblems, asPublished, afterSave } = createViews({ callable, versions });
  const owned = (actor: Actor, id: string) => ownedBy(store, actor, id);
  async function cloneable(actor: Actor, id: string): Promise<Workflow> {
    const workflow = await store.workflows.get(id);
    if (!workflow?.isTemplate || workflow.userId === ownerOf(actor)) return owned(actor, id);
    // What its author is still at is nobody else's yet.
    return live(workflow);
  }
  async function endAll(workflowId: string): Promise<void> {
    const open = await store.sessions.openOn(workflowId);
    await Promise.all(open.map((sessionId) => runner.end(sessionId, 'deleted')));
  }
  /** When it starts by itself from now on. A schedule that stays as it was keeps its time, which may be due this moment. */
  function timeOf(before: Scheduled, after: Scheduled): Pick<WorkflowPatch, 'firesAt'> {
    const schedule = scheduleOf(after);
    if (sameSchedule(schedule, scheduleOf(before))) return {};
    return { firesAt: nextFiring(schedule, clock.now()) };
  }
  /**
   * Saves what is worked out of a workflow as it stands: anew where that has gone meanwhile, unless the caller named the
   * revision; null changes nothing.
   */
  async function saving(
    actor: Actor,
    { id, ifRevision }: { id: string; ifRevision?: number | undefined },
    change: (current: Workflow) => Promise<WorkflowPatch | null>,
  ): Promise<Workflow> {
    const current = await owned(actor, id);
    const patch = await change(current);
    const on = ifRevision ?? current.revision;
    if (patch === null && on === current.revision) return current;
    try {
      return await store.workflows.update(id, patch ?? {}, now(), on);
    } catch (cause) {
      if (ifRevision !== undefined || !isStale(cause)) throw cause;
      return saving(actor, { id }, change);
    }
  }
  /** Has sessions start on a version from now on, or with null on whatever is saved; null where they do. */
  async function startOn(current: Workflow, version: Version | null): Promise<WorkflowPatch | null> {
    const publishedVersionId = version?.id ?? null;
    if (publishedVersionId === current.publishedVersionId) return null;
    const time = timeOf(await live(current), current);
    return { publishedVersionId, publishedAt: version && now(), ...time };
  }
  async function create(actor: Actor, saved: Saved & { name: string }) {
    const at = now();
    const {
      name,
      description = null,
      isPublic = false,
      isTemplate = false,
      settings = Graph.shape.settings.parse({}),
      knowledge = [],
    } = saved;
    const graph = { nodes: nodesOf(saved.nodes ?? [], ids), edges: edgesOf(saved.edges ?? [], ids) };
    const workflow: Workflow = {
      id: ids.row(),
      name,
      description,
      isPublic,
      isTemplate,
      ...graph,
      settings,
      knowledge,
      userId: ownerOf(actor),
      revision: 1,
      publishedVersionId: null,
      publishedAt: null,
      firesAt: nextFiring(scheduleOf({ ...graph, settings }), clock.now()),
      createdAt: at,
      updatedAt: at,
    };
    await store.workflows.create(workflow);
    return withProblems(workflow);
  }

  return {
    list: (actor, page) => store.workflows.list(ownerOf(actor), page),
    async find(actor, { name }) {
      const byId = await store.workflows.get(name);
      const found =
        byId?.userId === ownerOf(actor) ? byId : await store.workflows.findByName(ownerOf(actor), name);
      if (!found) throw new CrmflowError('not_found', `You have no workflow with the id or name ${name}.`);
      return withProblems(found);
    },
    create,
    get: async (actor, { id }) => withProblems(await owned(actor, id)),
    async update(actor, { id, ifRevision, ...saved }) {
      const patch = patchOf(saved, ids);
      const change = async (current: Workflow) => ({
        ...patch,
        ...(current.publishedVersionId === null && timeOf(current, { ...current, ...patch })),
      });
      return afterSave(saving(actor, { id, ifRevision }, change));
    },
    async getPublished(actor, { id }) {
      const saved = await owned(actor, id);
      if (saved.publishedVersionId !== null) return asPublished(await live(saved), saved);
      throw new CrmflowError(
        'not_found',
        'This workflow is not published: conversations start on what is saved.',
      );
    },
    async publish(actor, which) {
      const change = async (current: Workflow) => startOn(current, await versions.keepSaved(current));
      return afterSave(saving(actor, which, change));
    },
    unpublish: (actor, which) => afterSave(saving(actor, which, (current) => startOn(current, null))),
    async remove(actor, { id }) {
      await owned(actor, id);
      await endAll(id);
      await store.workflows.remove(id);
      // What began in between; from here on nothing more does.
      await endAll(id);
      return {};
    },
    async clone(actor, { templateId, name }) {
      const source = templates.get(templateId) ?? (await cloneable(actor, templateId));
      const { description, edges, settings, knowledge } = source;
      const nodes = asCopied(source.nodes);
      return create(actor, { name: name ?? source.name, description, nodes, edges, settings, knowledge });
    },
    async validate(actor, { nodes, edges, settings = Graph.shape.settings.parse({}), knowledge = [] }) {
      const graph: Graph = { nodes: nodesOf(nodes, ids), edges: edgesOf(edges, ids), settings, knowledge };
      return { problems: await callable.problems(graph, actor.role === 'user' ? actor.userId : null) };
    },
  };
}

/** The door lets nobody but users come here. */
export const ownerOf = (actor: Actor): string => {
  if (actor.role !== 'user') throw new CrmflowError('unauthenticated', 'Log in first.');
  return actor.userId;
};

/** A workflow of the actor's own. @throws CrmflowError `not_found` */
export async function ownedBy(
  { workflows }: Pick<Store, 'workflows'>,
  actor: Actor,
  id: string,
): Promise<Workflow> {
  const workflow = await workflows.get(id);
  if (workflow?.userId !== ownerOf(actor)) throw notFound('workflow', id);
  return workflow;
}
