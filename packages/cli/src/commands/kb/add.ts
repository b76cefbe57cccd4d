import type { Crmflow } from '@crmflow/core/contract';
import { secretOf } from '../../ask.ts';
import type { Context } from '../../context.ts';
import { fileGiven } from '../../file-given.ts';
import { printable } from '../../printable.ts';
import { lackIn, takeIn, type Item } from './reading.ts';

type Knowledge = Crmflow['knowledge'];
type Taken = Awaited<ReturnType<Knowledge['manual']>>;

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
  await taken(context, ({ pdf }, wait) => pdf({ file, ...password, wait }));
}

/** Adds a text file. */
export async function addFile(context: Context, path: string): Promise<void> {
  const given = await fileGiven(path, context.io.cwd);
  await taken(context, ({ file }, wait) => file({ file: given, wait }));
}

/** The id is the result; what else there is to say goes beside it. */
async function taken(
  context: Context,
  take: (knowledge: Knowledge, wait: number) => Promise<Taken>,
): Promise<void> {
  const { out } = context;
  const { knowledge } = (await context.open()).api;
  const item = await takeIn(context, knowledge, (wait) => take(knowledge, wait));
  if (out.isJson) out.json(item);
  else out.line(item.id);
  out.talk(sentenceOf(item, item.change));
}

/** What taking it in has done. */
export function sentenceOf(item: Item, change: Taken['change']): string {
  const { name, size } = item;
  const what = {
    added: `is taken in: ${size} characters.`,
    changed: `has changed and is taken in anew: ${size} characters.`,
    unchanged: 'is there already, and says the same.',
  };
  return `${printable(name)} ${what[change]}${lackIn(item)}`;
}
