import type { z } from 'zod';

/** What is counted in a value that is too short, too long, too small or too big. */
const UNITS: Record<string, string> = {
  string: ' characters',
  array: ' items',
  set: ' items',
  file: ' bytes',
};

/** What is wrong with a value, as a person would say it of a field; in the words of its rule, where that has some. */
export function saidOf(issue: z.core.$ZodIssue): string {
  const isMeasured = issue.code === 'too_small' || issue.code === 'too_big';
  if (!isMeasured || !/^Too (?:small|big):/.test(issue.message)) return issue.message;
  const unit = UNITS[issue.origin] ?? '';
  if (issue.code === 'too_big') return `at most ${issue.maximum}${unit}`;
  return issue.minimum === 1 && unit ? 'it is empty' : `at least ${issue.minimum}${unit}`;
}
