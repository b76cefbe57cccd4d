import { CrmflowError, notFound } from '../errors.ts';
import type { Actor } from '../contract/operation.ts';
import type { Ids } from '../ports.ts';
import type { Store } from '../store.ts';
import { versionOf } from '../workflow/version.ts';
import { Graph, type Version, type Workflow } from '../workflow/workflow.ts';
import type { Callable } from './callable.ts';
import type { Live } from './live.ts';
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
  published: Live['published'];
  /** Whether a version is stored for sure. */
  isKept(versionId: string): boolean;
}

/** Finds what an actor may run and makes its version: one row per distinct graph. */
export function createVersions({ store, ids, templates, callable, published, isKept }: Needs) {
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
    return made(from, subflows, () => versionOf(graph, subflows, (text) => ids.hash(text)));
  }
  /** The version of what is saved of a workflow. */
  const saved = (workflow: Workflow) => versionFor(Graph.parse(workflow), workflow.userId, workflow);

  return {
    /** The same, kept: sessions may start on it. */
    keepSaved: async (workflow: Workflow): Promise<Version> => keep(await saved(workflow)),
    /** Whether a published workflow was saved differently since. */
    async hasUnpublished(workflow: Workflow): Promise<boolean> {
      if (workflow.publishedVersionId === null) return false;
      const version = await saved(workflow).catch(nullIfInvalid);
      return version?.id !== workflow.publishedVersionId;
    },
    /** With `draft` what is saved, published or not: for its owner. */
    async runnable(actor: Actor, workflowId: string, draft = false): Promise<Runnable> {
      const userId = actor.role === 'user' ? actor.userId : null;
      const template = templates.get(workflowId);
      if (template)
        return {
          workflowId,
          isShipped: true,
          userId,
          version: await keep(await versionFor(template, null, { id: template.id, revision: 0 })),
        };
      const workflow = await store.workflows.get(workflowId);
      if (!workflow || (workflow.userId !== userId && !workflow.isPublic))
        throw notFound('workflow', workflowId);
      if (draft && workflow.userId !== userId)
        throw new CrmflowError(
          'forbidden',
          'What is not published is run by the owner of the workflow alone.',
        );
      try {
        const version = (draft ? null : await published(workflow)) ?? (await keep(await saved(workflow)));
        return { workflowId, isShipped: false, userId: workflow.userId, version };
      } catch (cause) {
        const isStranger = workflow.userId !== userId;
        if (isStranger && isInvalid(cause))
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

const isInvalid = (cause: unknown): boolean =>
  cause instanceof CrmflowError && cause.code === 'workflow_invalid';
function nullIfInvalid(cause: unknown): null {
  if (isInvalid(cause)) return null;
  throw cause;
}
