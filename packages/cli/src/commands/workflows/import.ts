import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FileContent } from '@crmflow/core';
import { CrmflowError } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { onFile } from '../../file-error.ts';
import { problemsOf } from '../../files/check.ts';
import { printable } from '../../printable.ts';
import { problemLine } from '../../refuse.ts';
import { wrongUse } from '../../wrong-use.ts';

interface Options {
  format?: 'yaml' | 'json';
  output?: string;
}

/** Makes a workflow file of a bot that was exported from Typebot; says what had no counterpart, and what is wrong with the file. */
export async function importBot(
  context: Context,
  path: string,
  { format, output }: Options = {},
): Promise<void> {
  const { io, out } = context;
  const [document, { Bot }, { convert }, { fromFile, writeWorkflowFile }] = await Promise.all([
    documentIn(resolve(io.cwd, path), path),
    import('../../typebot/shape.ts'),
    import('../../typebot/convert.ts'),
    import('@crmflow/core'),
  ]);
  const read = Bot.safeParse(document);
  if (!read.success || !read.data.groups.length) throw noBot(path, read.error?.issues[0]?.path ?? ['groups']);
  const blocks = read.data.groups.reduce((sum, group) => sum + group.blocks.length, 0);
  if (blocks > MOST_NODES) throw tooLarge(path, `has ${blocks} blocks`);
  const { workflow, notes } = convert(read.data);
  if (workflow.nodes.length > MOST_NODES) throw tooLarge(path, `comes to ${workflow.nodes.length} nodes`);
  const content = fromFile(workflow, path);
  const asJson = format ? format === 'json' : (output?.endsWith('.json') ?? out.isJson);
  const text = writeWorkflowFile(content, asJson ? 'json' : 'yaml');
  if (output === undefined) out.file(text);
  else await onFile(output, () => writeFile(resolve(io.cwd, output), text));
  for (const note of notes) out.talk(printable(note));
  for (const problem of await problemsIn(content, io.cwd)) out.talk(problemLine(problem));
  if (output !== undefined) out.done(`${output} is written.`, { written: output });
}

const MOST_NODES = 5_000;
const tooLarge = (path: string, what: string): CrmflowError =>
  new CrmflowError(
    'too_large',
    `${path} ${what}, and a workflow has ${MOST_NODES} nodes at most. Split the bot in Typebot, and link its parts.`,
  );
const MOST_BYTES = 20_000_000;

async function documentIn(whole: string, path: string): Promise<unknown> {
  const bytes = await onFile(whole, () => readFile(whole));
  if (bytes.length > MOST_BYTES)
    throw new CrmflowError(
      'too_large',
      `${path} is larger than 20 MB, which no export of a bot is. Check which file it is.`,
    );
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    throw new CrmflowError(
      'invalid_input',
      `${path} is no JSON, so no export of Typebot. ${HOW}`,
      undefined,
      { cause },
    );
  }
}

const HOW =
  'In the editor of Typebot open the menu of three dots on the board, choose Export flow, and give the file that is saved.';

const noBot = (path: string, at: readonly PropertyKey[]): CrmflowError =>
  wrongUse(
    `${path} is no export of Typebot: ${at.length ? `${at.map(String).join('.')} is not as it is in one` : 'it holds no object'}. ${HOW}`,
  );

/** What is wrong with the file, as far as it can be told without a database: what it calls is not looked up. */
const problemsIn = (content: FileContent, cwd: string) => {
  const path = resolve(cwd, 'imported.workflow.yaml');
  return problemsOf(path, new Map([[path, content]]), () => Promise.resolve(null), cwd);
};
