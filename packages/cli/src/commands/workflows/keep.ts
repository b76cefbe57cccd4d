import { resolve } from 'node:path';
import { CrmflowError } from '@crmflow/core/contract';
import { mustAgree } from '../../ask.ts';
import type { Context } from '../../context.ts';
import { wrongUse } from '../../wrong-use.ts';
import { findByName, pushFiles } from '../../files/push.ts';
import { readFiles } from '../../files/read.ts';
import { printList, timeText } from '../../list.ts';
import { printable } from '../../printable.ts';
import { problemLine } from '../../refuse.ts';
import { keptWorkflow, ownWorkflow } from '../../target.ts';
import type { WorkflowView } from '../../views.ts';
import { workflowNamed } from './named.ts';

/** Lists one's own workflows. */
export async function list(context: Context, { limit }: { limit: number }): Promise<void> {
  const { api } = await context.open();
  await printList(context, {
    limit,
    read: api.workflows.list,
    head: ['id', 'name', 'nodes', 'changed', 'published'],
    row: ({ id, name, nodeCount, updatedAt, publishedAt }) => [
      id,
      name,
      nodeCount,
      timeText(updatedAt, context.out.isTerminal),
      publishedAt ? timeText(publishedAt, context.out.isTerminal) : '',
    ],
    none: 'There are no workflows yet. Make one: crmflow workflows create --from lead-qualification',
  });
}

/** Shows one workflow. */
export async function show(context: Context, word: string): Promise<void> {
  const { out } = context;
  const { workflow, problems } = await workflowNamed(context, word);
  if (out.isJson) return out.json({ ...workflow, problems });
  out.line(out.colors.bold(printable(workflow.name)));
  if (workflow.description) out.line(printable(workflow.description));
  out.line();
  await out.table(
    ['id', 'type', 'kind', 'label'],
    workflow.nodes.map(({ id, type, label, data }) => [
      id,
      type,
      typeof data.kind === 'string' ? data.kind : '',
      label,
    ]),
  );
  if (workflow.firesAt) out.line(`\nIt starts by itself at ${workflow.firesAt}.`);
  if (workflow.publishedAt) out.line(`\n${howPublished(workflow)}`);
  if (problems.length) out.line();
  for (const problem of problems) out.line(problemLine(problem));
}

const howPublished = ({ publishedAt, hasUnpublishedChanges }: Partial<WorkflowView>) =>
  `Published at ${publishedAt}. ${hasUnpublishedChanges ? 'What is saved differs: conversations start on it when it is published.' : 'That is what is saved.'}`;

/** Makes a workflow of a file or of a template. */
export async function create(
  context: Context,
  file: string | undefined,
  { from, name }: { from?: string; name?: string },
): Promise<void> {
  if ((file === undefined) === (from === undefined))
    throw wrongUse('Say what to make it of: a file, or --from a template. See: crmflow templates list');
  const { api } = await context.open();
  if (file !== undefined) return said(context, await ofFile(context, file, name));
  const { id } = (await keptWorkflow(api, from!)).workflow;
  return said(context, await api.workflows.clone({ templateId: id, ...(name !== undefined && { name }) }));
}

async function ofFile({ io, open }: Context, file: string, name: string | undefined): Promise<WorkflowView> {
  const path = resolve(io.cwd, file);
  const [{ api }, files] = await Promise.all([open(), readFiles([path], io.cwd)]);
  const content = files.get(path)!;
  files.set(path, { ...content, name: name ?? content.name });
  const known = await findByName(api, name ?? content.name);
  if (known)
    throw new CrmflowError(
      'conflict',
      `You have a workflow named ${known.name} already. Replace it: crmflow workflows update ${JSON.stringify(known.name)} ${file}. Or give another --name.`,
    );
  const pushed = await pushFiles(api, files, io.cwd);
  return pushed.find((each) => each.path === path)!.workflow;
}

/** Replaces a workflow by what is in a file. */
export async function update(context: Context, word: string, file: string): Promise<void> {
  const { io } = context;
  const path = resolve(io.cwd, file);
  const [{ api }, files] = await Promise.all([context.open(), readFiles([path], io.cwd)]);
  const own = await ownWorkflow(api, word);
  const content = files.get(path)!;
  if (own.name !== content.name) await api.workflows.update({ id: own.id, name: content.name });
  const pushed = await pushFiles(api, files, io.cwd);
  said(context, pushed.find((each) => each.path === path)!.workflow);
}

/** Deletes a workflow. */
export async function remove(context: Context, word: string, { yes }: { yes?: boolean }): Promise<void> {
  const { api } = await context.open();
  const { id, name } = await ownWorkflow(api, word);
  if (!(await mustAgree(context, yes, `Delete ${printable(name)} and end its open sessions?`))) return;
  await api.workflows.remove({ id });
  context.out.done(`${printable(name)} is deleted.`, { deleted: id });
}

/** The id is the result; what else there is to say goes beside it. */
export function said({ out }: Context, workflow: WorkflowView): void {
  if (out.isJson) out.json(workflow);
  else out.line(workflow.id);
  out.talk(`${printable(workflow.name)} is saved.`);
  for (const problem of workflow.problems) out.talk(problemLine(problem));
}
