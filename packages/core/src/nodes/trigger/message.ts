import { z } from 'zod';
import type { Scope } from '../../language/scope.ts';
import { pattern, template, variableName } from '../data.ts';
import { folded, knownLanguage } from '../listen/read/words.ts';
import { definePure, next, type Outcome } from '../node.ts';
import { inputProblems, inputs, inputTypes } from './inputs.ts';

const Data = z.strictObject({
  inputs: inputs(),
  /** One of these must be in it, as words of its own; case, accents and punctuation do not count. */
  words: z.array(z.string().min(1).max(100)).min(1).max(50).optional(),
  /** Or this must be found in it. */
  pattern: pattern(
    'A regular expression in RE2’s syntax that is found somewhere in the message: (?i)order [0-9]+',
  ).optional(),
  saveAs: variableName().optional(),
  /** Said to whoever comes in without a message. */
  prompt: template().optional(),
  /** Said to whoever writes something else by a client of ours; nothing when absent. */
  retry: template().optional(),
});
type Data = z.output<typeof Data>;

export const messageTrigger = definePure({
  type: 'trigger',
  kind: 'message',
  summary: 'Where a workflow begins that a message starts: any, or one with certain words.',
  data: Data,
  sets: ({ saveAs, ...data }) => [
    ...inputTypes(data),
    ...(saveAs ? [[saveAs, 'text'] satisfies [string, 'text']] : []),
  ],
  problems: inputProblems,
  mayWait: () => true,
  run(data, { scope }) {
    if (scope.message !== undefined && isMeant(data, scope.message, scope)) return taken(data, scope.message);
    return standing(data.prompt?.render(scope));
  },
  resume(data, wake, { scope }) {
    if (wake.by === 'message' && isMeant(data, wake.text, scope)) return taken(data, wake.text);
    return standing(data.retry?.render(scope));
  },
});

const taken = ({ saveAs }: Data, text: string): Outcome =>
  next(saveAs === undefined ? {} : { set: { [saveAs]: text } });

const standing = (text = ''): Outcome => ({
  kind: 'wait',
  wait: { for: 'message', expects: { kind: 'text' } },
  ...(text && { say: [{ text }] }),
});

/** Whether a message starts it. */
function isMeant({ words, pattern: allowed }: Data, text: string, { language }: Pick<Scope, 'language'>) {
  if (!words && !allowed) return true;
  const plain = (written: string) => ` ${folded(written.toLocaleLowerCase(knownLanguage(language)))} `;
  return allowed?.test(text) === true || words?.some((each) => plain(text).includes(plain(each))) === true;
}

/** Whether a first message starts a conversation at a trigger; those of other kinds take any. */
export const mayBegin = (
  { kind, data }: { kind: object; data: unknown },
  text: string,
  language: string,
): boolean => kind !== messageTrigger || isMeant(data as Data, text, { language });
