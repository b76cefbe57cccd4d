import type { TextValues } from './reading.ts';
import { german } from './texts-de.ts';
import { english } from './texts-en.ts';
import { spokenEnglish, spokenGerman } from './texts-spoken.ts';
import { isGerman, writtenNumber } from './words.ts';

/**
 * A built-in text with its {placeholders} filled in, in the visitor's language or else in English. The author's own wording comes first. A
 * placeholder without a value stays as it is written, and an unknown key is its own text, so that a slip can be seen.
 */
export function textFor(
  key: string,
  language: string,
  values: TextValues = {},
  overrides: Readonly<Record<string, string>> = {},
): string {
  const text = own(overrides, key) ?? own(isGerman(language) ? german : english, key) ?? key;
  return text.replace(/\{(\w+)\}/g, (written, name: string) => {
    const value = own(values, name);
    return typeof value === 'number' ? writtenNumber(value, language) : (value ?? written);
  });
}

/** The built-in texts of which a caller hears others, as overrides for `textFor`. */
export const spokenTexts = (language: string): Readonly<Record<string, string>> =>
  isGerman(language) ? spokenGerman : spokenEnglish;

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
