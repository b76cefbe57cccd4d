import type { Crmflow } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { called } from '../../files/calls.ts';
import { printable } from '../../printable.ts';
import { ownWorkflow } from '../../target.ts';
import type { WorkflowView } from '../../views.ts';

/** Has conversations start on a workflow as it is saved now. */
export async function publish({ open, out }: Context, word: string): Promise<void> {
  const { api } = await open();
  const { id, revision, name } = await ownWorkflow(api, word);
  const published = await api.workflows.publish({ id, ifRevision: revision });
  out.done(
    `${printable(name)} is published: conversations start on it as it is now, whatever is saved, until it is published again.`,
    published,
  );
}

/** Has every save count at once again. */
export async function unpublish({ open, out }: Context, word: string): Promise<void> {
  const { api } = await open();
  const { id, name } = await ownWorkflow(api, word);
  const saved = await api.workflows.unpublish({ id });
  out.done(`${printable(name)} is not published any more: conversations start on what is saved.`, saved);
}

/** Publishes these, what others call before those that call it: a published workflow takes along what it calls. */
export async function publishAll(api: Crmflow, saved: readonly WorkflowView[]): Promise<void> {
  const left = new Set(saved);
  async function withCalled(workflow: WorkflowView): Promise<void> {
    if (!left.delete(workflow)) return;
    const names = new Set(called(workflow));
    for (const other of saved) if (names.has(other.id) || names.has(other.name)) await withCalled(other);
    await api.workflows.publish({ id: workflow.id, ifRevision: workflow.revision });
  }
  for (const workflow of saved) await withCalled(workflow);
}
