import type { Crmflow } from '@crmflow/core/contract';
import { secretOf } from '../../ask.ts';
import type { Context } from '../../context.ts';
import { fileGiven } from '../../file-given.ts';
import { placeFlags } from '../../place-flags.ts';
import { printable } from '../../printable.ts';
import { whileWaiting } from '../../spinner.ts';

/** Adds a question and its answer. */
export const add = (context: Context, question: string, answer: string): Promise<void> =>
  taken(context, ({ manual }) => manual({ question, answer }));

/** Adds a PDF. */
export async function addPdf(
  context: Context,
  path: string,
  { password: isLocked }: { password?: boolean },
): Promise<void> {
  const file = await fileGiven(path, context.io.cwd);
  const password = isLocked ? { password: await secretOf(context, 'Password of the PDF') } : {};
  await taken(context, ({ pdf }) => pdf({ file, ...password }));
}

/** Adds a web page. */
export const addUrl = (context: Context, url: string): Promise<void> =>
  taken(context, ({ scrape }) => scrape({ url }));

/** Adds a text file. */
export async function addFile(context: Context, path: string): Promise<void> {
  const given = await fileGiven(path, context.io.cwd);
  await taken(context, ({ file }) => file({ file: given }));
}

type Knowledge = Crmflow['knowledge'];

/** The id is the result; what else there is to say goes beside it. */
async function taken(
  context: Context,
  take: (knowledge: Knowledge) => ReturnType<Knowledge['manual']>,
): Promise<void> {
  const { out, options } = context;
  const { api } = await context.open();
  const item = await whileWaiting(take(api.knowledge), 'Reading …', context);
  if (out.isJson) out.json(item);
  else out.line(item.id);
  const name = printable(item.name);
  if (item.state === 'processing')
    out.talk(`${name} is being read. See: crmflow kb show${placeFlags(options)} ${item.id}`);
  else out.talk(`${name} is taken in: ${item.size} characters.`);
}
