import type { Crmflow } from '@crmflow/core/contract';
import { secretOf } from '../../ask.ts';
import type { Context } from '../../context.ts';
import { fileGiven, type GivenFile } from '../../file-given.ts';
import { wrongUse } from '../../wrong-use.ts';
import { eachOf, sentenceOf, type Taken } from './each.ts';
import { namesakesOf } from './namesakes.ts';
import { takeIn } from './reading.ts';

type Knowledge = Crmflow['knowledge'];
interface Options {
  replace?: boolean;
}

/** Adds a question and its answer. */
export async function add(
  context: Context,
  question: string,
  answer: string,
  { replace = false }: Options,
): Promise<void> {
  const empty = Object.entries({ question, answer }).flatMap(([what, text]) => (text.trim() ? [] : [what]));
  if (empty.length) throw wrongUse(`${empty.map((what) => `The ${what} is empty.`).join(' ')} Write both.`);
  const { knowledge } = (await context.open()).api;
  const settle = await namesakesOf(context, knowledge, { type: 'manual', replace });
  const item = await takeIn(context, knowledge, () => knowledge.manual({ question, answer }));
  const { out } = context;
  if (out.isJson) out.json(item);
  else out.line(item.id);
  out.talk(sentenceOf(item, item.change));
  await settle(item);
}

/** Adds PDFs. */
export async function addPdf(
  context: Context,
  paths: readonly string[],
  { password: isLocked, ...options }: Options & { password?: boolean },
): Promise<number> {
  const password = isLocked ? { password: await secretOf(context, 'Password of the PDF') } : {};
  return addFiles(context, paths, {
    ...{ ...options, type: 'pdf' },
    take: ({ pdf }, file, wait) => pdf({ file, ...password, wait }),
  });
}

/** Adds text files. */
export const addFile = (context: Context, paths: readonly string[], options: Options): Promise<number> =>
  addFiles(context, paths, {
    ...{ ...options, type: 'file' },
    take: (knowledge, file, wait) => knowledge.file({ file, wait }),
  });

/** Adds what is said in recordings. */
export const addVoice = (context: Context, paths: readonly string[], options: Options): Promise<number> =>
  addFiles(context, paths, {
    ...{ ...options, type: 'voice' },
    take: ({ voice }, file, wait) => voice({ file, wait }),
  });

interface Files extends Options {
  type: Taken['type'];
  take(knowledge: Knowledge, file: GivenFile, wait: number): Promise<Taken>;
}

/** The id is the result; what else there is to say goes beside it. */
async function addFiles(
  context: Context,
  paths: readonly string[],
  { type, take, replace = false }: Files,
): Promise<number> {
  const { knowledge } = (await context.open()).api;
  const settle = await namesakesOf(context, knowledge, { type, replace });
  return eachOf(context, paths, async (path, print) => {
    if (/^https?:\/\//i.test(path))
      throw wrongUse(
        `${path} is an address, and a file is taken here. Download it first; pages are added with: crmflow kb add-url`,
      );
    const file = await fileGiven(path, context.io.cwd);
    const item = await takeIn(context, knowledge, (wait) => take(knowledge, file, wait));
    print(item);
    context.out.talk(sentenceOf(item, item.change));
    await settle(item);
  });
}
