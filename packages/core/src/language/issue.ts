import type { z } from 'zod';
import { CrmflowError } from '../errors.ts';
import { didYouMean } from './closest.ts';

/** What is counted in a value that is too short, too long, too small or too big. */
const UNITS: Record<string, string> = {
  string: ' characters',
  array: ' items',
  set: ' items',
  file: ' bytes',
};
const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What a moment and a day look like: the library names their form alone. */
const FORMS: Record<string, string> = {
  datetime: 'it must be a time; write one such as 2026-01-31T09:00:00Z',
  date: 'it must be a day; write one such as 2026-01-31',
};

/** What is wrong with a value, as a person would say it of a field; in the words of its rule, where that has some. */
export function saidOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
    case 'too_big':
      return /^Too (?:small|big):/.test(issue.message) ? sizeOf(issue) : issue.message;
    case 'invalid_type':
      if (!issue.message.startsWith('Invalid input: expected')) return issue.message;
      if (issue.message.endsWith('received undefined')) return 'it is missing';
      return `it must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      if (!/^Invalid (?:option|input): expected/.test(issue.message)) return issue.message;
      return `it must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'unrecognized_keys':
      return `there is no field ${issue.keys.join(', ')}`;
    case 'invalid_format':
      return (issue.message.startsWith('Invalid ISO') && FORMS[issue.format]) || issue.message;
    // Of a name that may not stand there, what is wrong with it.
    case 'invalid_key':
      return issue.issues[0] ? saidOf(issue.issues[0]) : issue.message;
    default:
      return issue.message === 'Invalid input' ? 'it has none of the forms it may have' : issue.message;
  }
}

function sizeOf(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const unit = UNITS[issue.origin] ?? '';
  if (issue.code === 'too_big') return `at most ${issue.maximum}${unit}`;
  return issue.minimum === 1 && unit ? 'it is empty' : `at least ${issue.minimum}${unit}`;
}

/** More fields than that are looked up, not read out. */
const FEW = 8;

/** For a field that there is not: the one that was meant, or those there are when they are few. */
export function hintIn(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  isMeant: (field: string) => boolean = () => true,
): string {
  if (issue.code !== 'unrecognized_keys' || issue.path.length > 0 || !('shape' in schema)) return '';
  const fields = Object.keys(schema.shape as object).filter(isMeant);
  const hint = didYouMean(issue.keys[0]!, fields);
  if (hint) return `.${hint}`;
  return fields.length > 0 && fields.length <= FEW ? `. It takes ${fields.join(', ')}` : '';
}

/** What is wrong in a file, and where. */
interface Said {
  /** From the whole to the part. */
  path: PropertyKey[];
  /** The innermost that has an id or a name of its own. */
  of?: string | undefined;
  /** The path, with what has an id or a name called by it: `nodes.7 (ask).type`. */
  where: string;
  message: string;
}

/** What a file holds, by its schema. @throws CrmflowError `invalid_input` that says where it is not so, and all of it in `details` */
export function readAs<S extends z.ZodType>(schema: S, content: unknown, fileName: string): z.output<S> {
  const read = schema.safeParse(content);
  if (read.success) return read.data;
  const said = read.error.issues.map((issue) => saidIn(content, issue));
  const { where, message } = said[0]!;
  throw new CrmflowError('invalid_input', `${fileName}: ${where && `${where}: `}${message}`, said);
}

function saidIn(content: unknown, issue: z.core.$ZodIssue): Said {
  const where: string[] = [];
  let at: unknown = content;
  let of: string | undefined;
  for (const step of issue.path) {
    at = partOf(at, step);
    const own = typeof step === 'number' ? (partOf(at, 'id') ?? partOf(at, 'name')) : undefined;
    if (typeof own === 'string') of = own.slice(0, 60);
    where.push(typeof own === 'string' ? `${String(step)} (${of})` : String(step));
  }
  // Of a word that is nearly right the right one is named.
  const meant =
    issue.code === 'invalid_value' && typeof at === 'string' ? didYouMean(at, issue.values.map(String)) : '';
  const message = `${saidOf(issue)}${meant && `.${meant}`}`;
  return { path: issue.path, ...(of !== undefined && { of }), where: where.join('.'), message };
}

const partOf = (value: unknown, step: PropertyKey): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, step)
    ? (value as Record<PropertyKey, unknown>)[step]
    : undefined;
