import { dirname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FileContent } from '@crmflow/core';
import { CrmflowError, type Crmflow } from '@crmflow/core/contract';
import { orNull } from '../or-null.ts';
import type { WorkflowView } from '../views.ts';
import { withCalls } from './calls.ts';
import { isPath, shownPath, type Files } from './read.ts';

export interface Pushed {
  path: string;
  workflow: WorkflowView;
  change: 'created' | 'updated' | 'unchanged';
}

/** Saves files as workflows of their names: new ones are made, those that differ replaced. Calls by path become calls by id. */
export async function pushFiles(api: Crmflow, files: Files, cwd: string): Promise<Pushed[]> {
  mustDiffer(files, cwd);
  const standing = new Map<string, Pushed>();
  for (const [path, content] of files) {
    const found = await findByName(api, content.name);
    const workflow = found ?? (await api.workflows.create(content));
    standing.set(path, { path, workflow, change: found ? 'unchanged' : 'created' });
  }
  for (const [path, content] of files) {
    const idOf = (name: string) =>
      isPath(name) ? standing.get(resolve(dirname(path), name))!.workflow.id : name;
    standing.set(path, await saved(api, standing.get(path)!, withCalls(content, idOf)));
  }
  return [...standing.values()];
}

async function saved(
  api: Crmflow,
  { path, workflow, change }: Pushed,
  content: FileContent,
): Promise<Pushed> {
  if (isSame(workflow, content)) return { path, workflow, change };
  const updated = await api.workflows.update({ id: workflow.id, ...content });
  return { path, workflow: updated, change: change === 'created' ? 'created' : 'updated' };
}

/** One's own workflow of exactly this name. */
export const findByName = (api: Crmflow, name: string): Promise<WorkflowView | null> =>
  orNull(api.workflows.find({ name }));

/** Whether two workflows say the same. */
export const isSame = (a: FileContent, b: FileContent): boolean => isDeepStrictEqual(essence(a), essence(b));

/** What a file says, whatever the order a database gives it back in. */
const essence = ({ name, description, isPublic, nodes, edges, settings, knowledge }: FileContent): unknown =>
  // Through JSON, so that what is absent and what is undefined are the same.
  JSON.parse(
    JSON.stringify({
      name,
      description,
      isPublic,
      nodes: byId(nodes),
      edges: byId(edges),
      settings,
      knowledge,
    }),
  );
const byId = <T extends { id: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));

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
