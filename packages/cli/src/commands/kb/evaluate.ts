import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { onFile } from '../../file-error.ts';
import { EXIT } from '../../io.ts';
import { printable } from '../../printable.ts';
import { whileWaiting, barOf } from '../../spinner.ts';
import { wrongUse } from '../../wrong-use.ts';
import { DEPTH, meanOf, measure, type Measures, type Question } from './measure.ts';
import { readOn } from './reading.ts';

interface Options {
  minRecall1?: number;
  minRecall5?: number;
  minMrr?: number;
  minNdcg?: number;
  misses?: boolean;
}

const NAMES: Record<keyof Measures, string> = {
  recall1: 'recall@1',
  recall5: 'recall@5',
  mrr: 'MRR@10',
  ndcg: 'nDCG@10',
};

/** Reads an option that is a share of a whole. */
export const shareFrom = (option: string) => (text: string) => {
  const share = Number(text);
  if (text.trim() === '' || !(share >= 0 && share <= 1))
    throw wrongUse(`${option} ${text}: write a number from 0 to 1.`);
  return share;
};

/** Measures how well questions find what they should. */
export async function evaluate(context: Context, path: string, options: Options): Promise<number> {
  const { out, io } = context;
  const questions = questionsIn(await onFile(path, () => readFile(resolve(io.cwd, path), 'utf8')), path);
  const reached = await context.open();
  await readOn(context, reached);
  const each = await whileWaiting(
    async (say) => {
      const measured: Measures[] = [];
      for (const question of questions) {
        const { items } = await reached.api.knowledge.search({ q: question.question, limit: DEPTH });
        measured.push(measure(question, items));
        say(`Asking ${barOf({ done: measured.length, total: questions.length })}`);
      }
      return measured;
    },
    'Asking …',
    context,
  );
  const means = meanOf(each);
  const misses = questions.filter((_, at) => each[at]!.recall5 === 0).map(({ question }) => question);
  const below = tooLow(means, options);
  if (out.isJson) out.json({ questions: questions.length, ...means, misses });
  else
    await out.table(
      ['measure', 'value'],
      Object.entries(NAMES).map(([key, name]) => [name, means[key as keyof Measures].toFixed(3)]),
    );
  out.talk(`${questions.length} questions; ${misses.length} find nothing they should among the first five.`);
  if (options.misses) for (const question of misses) out.talk(`  ${printable(question)}`);
  for (const sentence of below) out.talk(sentence);
  return below.length ? EXIT.failed : EXIT.ok;
}

function tooLow(means: Measures, { minRecall1, minRecall5, minMrr, minNdcg }: Options): string[] {
  const wanted = { recall1: minRecall1, recall5: minRecall5, mrr: minMrr, ndcg: minNdcg };
  return Object.entries(wanted).flatMap(([key, least]) => {
    const [name, value] = [NAMES[key as keyof Measures], means[key as keyof Measures]];
    return least !== undefined && value < least
      ? [`${name} is ${value.toFixed(3)}, and ${least} is wanted.`]
      : [];
  });
}

/** A question a line; empty lines are passed over. */
function questionsIn(text: string, path: string): Question[] {
  const questions = text.split('\n').flatMap((line, at) => {
    if (!line.trim()) return [];
    const found = questionIn(line);
    if (!found)
      throw wrongUse(
        `${path}, line ${at + 1}: write {"question": "…", "expects": ["…"]}, with at least one text that is expected.`,
      );
    return [found];
  });
  if (!questions.length) throw wrongUse(`${path} holds no questions.`);
  return questions;
}

function questionIn(line: string): Question | null {
  try {
    const { question, expects } = JSON.parse(line) as { question: unknown; expects: unknown };
    const isWhole =
      isText(question) && question.length <= 2_000 && Array.isArray(expects) && expects.length > 0;
    return isWhole && expects.every(isText) ? { question, expects } : null;
  } catch {
    return null;
  }
}
const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
