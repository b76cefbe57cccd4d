import type { WorkflowView } from '../contract/workflows.ts';
import { CrmflowError } from '../errors.ts';
import type { Problem, Workflow } from '../workflow/workflow.ts';
import type { Callable } from './callable.ts';
import type { Versions } from './versions.ts';

/** Whether somebody else has saved meanwhile. */
export const isStale = (cause: unknown): cause is CrmflowError =>
  cause instanceof CrmflowError && cause.code === 'stale';

/** Workflows as their authors are shown them. */
export function createViews({ callable, versions }: { callable: Callable; versions: Versions }) {
  async function withProblems(workflow: Workflow): Promise<WorkflowView> {
    return viewOf(workflow, await callable.problems(workflow, workflow.userId, workflow), workflow);
  }
  /** A workflow with the graph that is published of it. */
  async function asPublished(live: Workflow, saved: Workflow): Promise<WorkflowView> {
    return viewOf(live, await callable.problems(live, live.userId), saved);
  }
  const viewOf = async (
    workflow: Workflow,
    problems: readonly Problem[],
    saved: Workflow,
  ): Promise<WorkflowView> => ({
    ...workflow,
    problems: problems.map((problem) => ({ ...problem })),
    hasUnpublishedChanges: await versions.hasUnpublished(saved),
  });
  /** What was saved; whoever saved too late is shown the newer one as reading it would show it. */
  async function afterSave(saving: Promise<Workflow>): Promise<WorkflowView> {
    return withProblems(await saving.catch(newer));
  }
  async function newer(cause: unknown): Promise<never> {
    if (!isStale(cause)) throw cause;
    const { current } = cause.details as { current: Workflow };
    throw new CrmflowError('stale', cause.message, { current: await withProblems(current) });
  }

  return { withProblems, asPublished, afterSave };
}
