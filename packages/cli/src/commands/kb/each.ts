import { CrmflowError, type Crmflow } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { EXIT } from '../../io.ts';
import { printable } from '../../printable.ts';
import { refuse } from '../../refuse.ts';
import { lackIn, type Item } from './reading.ts';

/** An item as it was taken in. */
export type Taken = Awaited<ReturnType<Crmflow['knowledge']['manual']>>;

/**
 * Takes in one after the other; one that is refused is named with the reason, and does not keep the others from it.
 * Gives the exit code of the first that was.
 */
export async function eachOf(
  { out, io }: Context,
  words: readonly string[],
  take: (word: string, print: (item: Taken) => void) => Promise<void>,
): Promise<number> {
  const print = (item: Taken) => {
    if (!out.isJson) out.line(item.id);
    else if (words.length === 1) out.json(item);
    else out.jsonLine(item);
  };
  let code: number = EXIT.ok;
  for (const word of words)
    try {
      await take(word, print);
    } catch (cause) {
      if (!(cause instanceof CrmflowError)) throw cause;
      const refused = refuse(naming(word, cause), io, out.isJson);
      code ||= refused;
    }
  return code;
}

/** What is wrong with a path says so itself. */
const naming = (word: string, cause: CrmflowError) =>
  cause.message.startsWith(`${word} `) || cause.message.includes(`/${word} `)
    ? cause
    : new CrmflowError(cause.code, `${word}: ${cause.message}`, cause.details, { cause });

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
