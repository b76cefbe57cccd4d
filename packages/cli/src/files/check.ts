import { dirname, resolve } from 'node:path';
import type { Graph, Problem } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';
import { withCalls } from './calls.ts';
import { isPath, shownPath, type Files } from './read.ts';

/** Finds a workflow that is called by its name or id, not by a path. */
export type Find = (name: string) => Promise<Graph | null>;

/** What is wrong with a file, with the files and workflows it calls. */
export async function problemsOf(path: string, files: Files, find: Find, cwd: string): Promise<Problem[]> {
  const { allProblems, subflowsOf } = await import('@crmflow/core');
  // Paths are relative to the file they stand in; seen from the working folder the same file has one name.
  const byName = new Map(
    [...files].map(([from, content]) => [
      shownPath(from, cwd),
      withCalls(content, (name) => (isPath(name) ? shownPath(resolve(dirname(from), name), cwd) : name)),
    ]),
  );
  const graph = byName.get(shownPath(path, cwd))!;
  return allProblems(graph, await subflowsOf(graph, async (name) => byName.get(name) ?? find(name)));
}

/** Refuses a file that cannot run. */
export async function mustBeSound(path: string, files: Files, find: Find, cwd: string): Promise<void> {
  const problems = await problemsOf(path, files, find, cwd);
  const [first] = problems.filter(({ severity }) => severity === 'error');
  if (first)
    throw new CrmflowError('workflow_invalid', `${shownPath(path, cwd)}: ${first.message}`, { problems });
}
