import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { onFile } from '../../file-error.ts';
import { ownWorkflow } from '../../target.ts';
import { workflowNamed } from './named.ts';
import { withFileCalls } from './files.ts';

/** Prints a workflow as a Mermaid flowchart. */
export async function graph(context: Context, word: string): Promise<void> {
  const [{ workflow }, { mermaid }] = await Promise.all([
    workflowNamed(context, word),
    import('@crmflow/core'),
  ]);
  const { out } = context;
  if (out.isJson) out.json({ mermaid: mermaid(workflow) });
  else out.file(mermaid(workflow));
}

/** Prints a workflow as a file, or writes it. */
export async function exportOne(
  context: Context,
  word: string,
  { format, output, published = false }: { format?: 'yaml' | 'json'; output?: string; published?: boolean },
): Promise<void> {
  const { io, out } = context;
  const asJson = format ? format === 'json' : (output?.endsWith('.json') ?? out.isJson);
  const [workflow, { writeWorkflowFile }] = await Promise.all([
    published ? publishedNamed(context, word) : workflowNamed(context, word).then((found) => found.workflow),
    import('@crmflow/core'),
  ]);
  const text = writeWorkflowFile(await withFileCalls(context, workflow), asJson ? 'json' : 'yaml');
  if (output === undefined) return out.file(text);
  await onFile(output, () => writeFile(resolve(io.cwd, output), text));
  out.done(`${output} is written.`, { written: output });
}

async function publishedNamed({ open }: Context, word: string) {
  const { api } = await open();
  return api.workflows.getPublished({ id: (await ownWorkflow(api, word)).id });
}

/** Prints the JSON Schema of workflow files. */
export async function schema({ out }: Context): Promise<void> {
  const { workflowJsonSchema } = await import('@crmflow/core');
  out.raw(`${JSON.stringify(workflowJsonSchema(), null, 2)}\n`);
}
