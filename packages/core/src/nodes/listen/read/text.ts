import { MAX_CHARS, refused, taken, tidied, type Reading } from './reading.ts';

export interface TextRules {
  minLength?: number | undefined;
  maxLength?: number | undefined;
  /** A test that takes linear time whatever is typed. */
  pattern?: ((text: string) => boolean) | undefined;
}

/** Free text as it was typed, without blanks around it. Lengths count characters as people do, not code units. */
export function readText(text: string, { minLength, maxLength, pattern }: TextRules = {}): Reading<string> {
  // A character may be two code units, so an author's own limit is given twice the room before it is counted.
  const tidy = tidied(text, Math.max(MAX_CHARS, 2 * (maxLength ?? 0)));
  if (!tidy.ok) return tidy;
  const length = [...tidy.value].length;
  if (minLength !== undefined && length < minLength) return refused('too_short', { min: minLength, length });
  if (maxLength !== undefined && length > maxLength) return refused('too_long', { max: maxLength, length });
  if (pattern && !pattern(tidy.value)) return refused('bad_format');
  return taken(tidy.value);
}
