import { CrmflowError, notFound } from '../errors.ts';
import type { Actor } from '../contract/operation.ts';
import type { Ids } from '../ports.ts';
import type { Store } from '../store.ts';
import { versionOf } from '../workflow/version.ts';
import { Graph, type Version, type Workflow } from '../workflow/workflow.ts';
import type { Callable } from './callable.ts';
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

interface Needs {
  store: Store;
  ids: Ids;
  templates: Templates;
  callable: Callable;
  /** Whether a version is stored for sure. */
  isKept(versionId: string): boolean;
}

/** Finds what an actor may run and makes its version: one row per distinct graph. */
export function createVersions({ store, ids, templates, callable, isKept }: Needs) {
  async function keep(version: Version): Promise<Version> {
    if (!isKept(version.id)) await store.versions.keep(version);
    return version;
  }

  const made = createLookedAt<Version>();
  async function versionFor(
    graph: Graph,
    userId: string | null,
    from: Pick<Workflow, 'id' | 'revision'>,
  ): Promise<Version> {
    const subflows = await callable.subflows(graph, userId);
    return keep(made(from, subflows, () => versionOf(graph, subflows, (text) => ids.hash(text))));
  }

  return {
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
