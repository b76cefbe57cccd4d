import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import type { FileContent, Problem } from '@crmflow/core';
import { problemsOf } from '../../files/check.ts';
import { isFile, readFiles } from '../../files/read.ts';
import type { WorkflowView } from '../../views.ts';
import { finderOf, keptWorkflow } from '../../target.ts';

/** A workflow with what is wrong with it: of a file, one's own, or a template. A file needs no database. */
export async function workflowNamed(
  context: Context,
  word: string,
): Promise<{
  workflow: Omit<FileContent, 'isPublic'> & Partial<WorkflowView>;
  problems: Problem[];
}> {
  const { cwd } = context.io;
  if (!isFile(word, cwd)) return kept(context, word);
  const path = resolve(cwd, word);
  const files = await readFiles([path], cwd);
  return { workflow: files.get(path)!, problems: await problemsOf(path, files, finderOf(context), cwd) };
}

async function kept(context: Context, word: string) {
  const { api } = await context.open();
  const found = await keptWorkflow(api, word);
  if (found.kind === 'own') return { workflow: found.workflow, problems: found.workflow.problems };
  const { nodes, edges, settings, knowledge } = found.workflow;
  return {
    workflow: found.workflow,
    ...(await api.workflows.validate({ nodes, edges, settings, knowledge })),
  };
}
