import { CrmflowError, notFound } from '../errors.ts';
import type { Actor } from '../contract/operation.ts';
import type { Ids } from '../ports.ts';
import type { Store } from '../store.ts';
import { isComplete, subflowsOf, versionOf } from '../workflow/version.ts';
import { Graph, type Version, type Workflow } from '../workflow/workflow.ts';
import { createLookedAt } from './looked-at.ts';
import type { Templates } from '../workflow/template.ts';

/** A workflow that may be run, with the version a session started now would run on. */
export interface Runnable {
  workflowId: string;
  /** Whether it ships with CRMFlow, and is not stored. */
  isShipped: boolean;
  userId: string | null;
  version: Version;
}

/** So many of an owner's workflows, those he changed last, are what he may have meant. */
const SUGGESTED = 200;

interface Needs {
  store: Store;
  ids: Ids;
  templates: Templates;
  /** Whether a version is stored for sure. */
  isKept(versionId: string): boolean;
}

/** Finds what an actor may run and makes its version: one row per distinct graph. */
export function createVersions({ store, ids, templates, isKept }: Needs) {
  async function keep(version: Version): Promise<Version> {
    if (!isKept(version.id)) await store.versions.keep(version);
    return version;
  }

  /** A called workflow: one of the same owner's by id or name, or a shipped template. */
  const finder = (userId: string | null) => async (name: string) => {
    const template = templates.get(name);
    if (template) return template;
    if (userId === null) return null;
    const own = await store.workflows.get(name);
    const found = own?.userId === userId ? own : await store.workflows.findByName(userId, name);
    return found && Graph.parse(found);
  };

  async function namesFor(userId: string | null): Promise<string[]> {
    const own = userId === null ? [] : (await store.workflows.list(userId, { limit: SUGGESTED })).items;
    return [...own.map(({ name }) => name), ...templates.list().map(({ id }) => id)];
  }

  const made = createLookedAt<Version>();
  async function versionFor(
    graph: Graph,
    userId: string | null,
    from: Pick<Workflow, 'id' | 'revision'>,
  ): Promise<Version> {
    const subflows = await subflowsOf(graph, finder(userId));
    return keep(made(from, subflows, () => versionOf(graph, subflows, (text) => ids.hash(text))));
  }

  return {
    /** What a graph of his calls; and where something is missing, the names of what he could have meant. */
    async callable(graph: Graph, userId: string | null) {
      const subflows = await subflowsOf(graph, finder(userId));
      return { subflows, names: isComplete(graph, subflows) ? [] : await namesFor(userId) };
    },
    async runnable(actor: Actor, workflowId: string): Promise<Runnable> {
      const userId = actor.role === 'user' ? actor.userId : null;
      const template = templates.get(workflowId);
      if (template)
        return {
          workflowId,
          isShipped: true,
          userId,
          version: await versionFor(template, null, { id: template.id, revision: 0 }),
        };
      const workflow = await store.workflows.get(workflowId);
      if (!workflow || (workflow.userId !== userId && !workflow.isPublic))
        throw notFound('workflow', workflowId);
      const graph = Graph.parse(workflow);
      try {
        const version = await versionFor(graph, workflow.userId, workflow);
        return { workflowId, isShipped: false, userId: workflow.userId, version };
      } catch (cause) {
        const isStranger = workflow.userId !== userId;
        if (isStranger && cause instanceof CrmflowError && cause.code === 'workflow_invalid')
          throw new CrmflowError(
            'workflow_invalid',
            'This workflow cannot run now: its author has left it unfinished.',
          );
        throw cause;
      }
    },
  };
}
export type Versions = ReturnType<typeof createVersions>;
