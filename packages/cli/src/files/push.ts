import { dirname, resolve } from 'node:path';
import type { FileContent } from '@crmflow/core';
import { CrmflowError, type Crmflow } from '@crmflow/core/contract';
import { orNull } from '../or-null.ts';
import type { WorkflowView } from '../views.ts';
import { withCalls } from './calls.ts';
import { changeOf, type Change } from './compare.ts';
import { isPath, shownPath, type Files } from './read.ts';

export interface Pushed extends Change {
  path: string;
  name: string;
  workflow: WorkflowView;
}

/** Saves files as workflows of their names: new ones are made, those that differ replaced. Calls by path become calls by id. */
export async function pushFiles(api: Crmflow, files: Files, cwd: string): Promise<Pushed[]> {
  const before = await standingFor(api, files, cwd);
  const kept = new Map<string, WorkflowView>();
  for (const [path, content] of files)
    kept.set(path, before.get(path) ?? (await api.workflows.create(content)));
  const pushed: Pushed[] = [];
  for (const [path, content] of files) {
    const { id } = kept.get(path)!;
    const wanted = callingById(path, content, kept);
    const isKept = changeOf(kept.get(path)!, wanted).change === 'unchanged';
    pushed.push({
      path,
      name: content.name,
      workflow: isKept ? kept.get(path)! : await api.workflows.update({ id, ...wanted }),
      ...changeOf(before.get(path) ?? null, wanted),
    });
  }
  return pushed;
}

/** What `pushFiles` would change. */
export async function pushable(
  api: Crmflow,
  files: Files,
  cwd: string,
): Promise<(Omit<Pushed, 'workflow'> & { workflow: WorkflowView | null })[]> {
  const before = await standingFor(api, files, cwd);
  return [...files].map(([path, content]) => {
    const workflow = before.get(path) ?? null;
    return { path, name: content.name, workflow, ...changeOf(workflow, callingById(path, content, before)) };
  });
}

/** What stands under the names of files. */
async function standingFor(
  api: Crmflow,
  files: Files,
  cwd: string,
): Promise<Map<string, WorkflowView | null>> {
  mustDiffer(files, cwd);
  const standing = new Map<string, WorkflowView | null>();
  for (const [path, { name }] of files) standing.set(path, await findByName(api, name));
  return standing;
}

/** What a file says, its calls by path as calls by id; of one that is not kept yet as they are. */
const callingById = (
  path: string,
  content: FileContent,
  kept: ReadonlyMap<string, WorkflowView | null>,
): FileContent =>
  withCalls(content, (name) => (isPath(name) && kept.get(resolve(dirname(path), name))?.id) || name);

/** One's own workflow of exactly this name. */
export const findByName = (api: Crmflow, name: string): Promise<WorkflowView | null> =>
  orNull(api.workflows.find({ name }));

function mustDiffer(files: Files, cwd: string): void {
  const pathOf = new Map<string, string>();
  for (const [path, { name }] of files) {
    const other = pathOf.get(name);
    if (other !== undefined)
      throw new CrmflowError(
        'conflict',
        `${shownPath(other, cwd)} and ${shownPath(path, cwd)} are both named ${name}. Give one of them another name.`,
      );
    pathOf.set(name, path);
  }
}
