import { CrmflowError } from '../errors.ts';
import { closest, didYouMean } from './closest.ts';

/** The tags a text may use. */
export const TAGS = [
  'assign',
  'break',
  'capture',
  'case',
  'comment',
  'continue',
  'for',
  'if',
  'raw',
  'unless',
  '#',
];

/** What Liquid says, as its author would say it, with the place. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CrmflowError) return error.message;
  if (!(error instanceof Error)) return "The text can't be read.";
  if (error instanceof RangeError) return 'The text is nested too deeply or grows too long.';
  const cause = 'originalError' in error ? error.originalError : undefined;
  if (cause instanceof CrmflowError || cause instanceof RangeError) return sentenceOf(cause);
  const [, message = error.message, line, column] =
    /^(.*), line:(\d+), col:(\d+)$/s.exec(error.message) ?? [];
  const reason = reasonOf(message);
  return line === undefined ? reason : `line ${line}, column ${column}: ${reason}`;
}

function reasonOf(message: string): string {
  if (/limit exceeded$/.test(message)) return 'the text takes too much work; use shorter lists';
  const [, tag] = /^tag "(.*)" not found$/.exec(message) ?? [];
  if (tag !== undefined) return noTag(tag);
  if (message.startsWith('output "')) return 'the {{ that stands here is never closed by }}';
  if (message.startsWith('invalid value expression')) return 'a variable is expected between {{ and }}';
  if (message.startsWith('expected "|"'))
    return 'only filters may follow a value, as in {{ score | plus: 1 }}; or the }} behind it is missing';
  return message;
}

function noTag(tag: string): string {
  if (/^(end|else|elsif|when)/.test(tag)) return `${tag} has no tag before it that it belongs to`;
  return closest(tag, TAGS) === undefined
    ? `there is no tag ${tag}; known are ${TAGS.slice(0, -1).join(', ')}`
    : `there is no tag ${tag}.${didYouMean(tag, TAGS)}`;
}
