import { RE2JS } from 're2js';
import { CrmflowError } from '../errors.ts';

/** A pattern whose matching takes time in proportion to the text, whatever the pattern. */
export interface Pattern {
  /** Whether the pattern is found anywhere in the text. */
  test(text: string): boolean;
  /** Whether the pattern is all of the text. */
  fits(text: string): boolean;
  /** How many steps one character of text may cost. */
  readonly size: number;
}

const LONGEST = 1_000;
const known = new Map<string, Pattern>();

/** Compiles a regular expression in RE2's syntax; one it can't read is refused (`unprocessable`). */
export function compilePattern(source: string): Pattern {
  const found = known.get(source);
  if (found) return found;
  const made = compile(source);
  if (known.size >= 200) known.clear();
  known.set(source, made);
  return made;
}

function compile(source: string): Pattern {
  if (source.length > LONGEST) throw unreadable(source, `it is longer than ${LONGEST} characters`);
  try {
    const compiled = RE2JS.compile(source);
    return {
      test: (text) => compiled.test(text),
      fits: (text) => compiled.testExact(text),
      size: compiled.programSize(),
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, '') : '';
    throw unreadable(source, reason, cause);
  }
}

function unreadable(source: string, reason: string, cause?: unknown) {
  const shown = source.length > 60 ? `${source.slice(0, 59)}…` : source;
  return new CrmflowError('unprocessable', `The pattern ${shown} can't be read: ${reason}.`, undefined, {
    cause,
  });
}
