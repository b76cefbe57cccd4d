import { isGerman } from '../../nodes/listen/read/words.ts';
import type { Expects } from '../../nodes/wait.ts';
import type { Called } from './inbound.ts';

/** What a caller has answered, in the words in which the question reads it; empty when nothing was said or pressed. */
export function wordsOf({ digits, speech }: Called, expects: Expects, language: string): string {
  return digits === '' ? spoken(speech, expects) : typed(digits, expects, language);
}

/** What was said, as one would have written it: recognition ends a name with a full stop and puts an address in words. */
function spoken(speech: string, { kind }: Expects): string {
  const said = speech.trim().replace(/^([^.!?]+)\.$/, '$1');
  return kind === 'email' ? addressOf(said) : said;
}

/** `a d a dot l at example dot com` is `ada.l@example.com`; words that stand apart are left for the question to judge. */
const addressOf = (said: string): string =>
  said
    .replace(/\s+(?:at|ät)\s+/gi, '@')
    .replace(/\s+(?:dot|punkt)\s+/gi, '.')
    .replace(/\s+(?:underscore|unterstrich)\s+/gi, '_')
    .replace(/\s+(?:dash|hyphen|minus|bindestrich)\s+/gi, '-')
    .replace(/(?<=(?:^|[\s@._-])[\p{L}\p{N}])\s+(?=[\p{L}\p{N}](?:[\s@._-]|$))/gu, '');

function typed(digits: string, { kind, choices = [], multiple }: Expects, language: string): string {
  const labelled = (digit: string) => choices[Number(digit) - 1]?.label;
  switch (kind) {
    case 'confirm':
      return labelled(digits) ?? digits;
    case 'choice':
      return (multiple && isOneKey(choices) ? [...digits] : [digits])
        .map((digit) => labelled(digit) ?? digit)
        .join(', ');
    case 'number':
      return digits.replace('*', isGerman(language) ? ',' : '.');
    case 'phone':
      return digits.replace(/^(?:\*|00)/, '+');
    case 'time':
      return digits.replace(/^(\d{1,2})(\d\d)$/, '$1:$2');
    case 'date':
      return digits.replace(/^(\d\d)(\d\d)(\d{4})$/, isGerman(language) ? '$1.$2.$3' : '$1/$2/$3');
    case 'text':
    case 'email':
    case 'url':
    case 'rating':
    case 'file':
      return digits;
  }
}

const isOneKey = (choices: readonly unknown[]) => choices.length <= 9;

/** How many keys an answer takes, where that is known: then nobody has to press another to say that it is complete. */
export function keysOf({ kind, choices = [], multiple, max }: Expects): number | undefined {
  if (kind === 'confirm') return 1;
  if (kind === 'choice' && !multiple && isOneKey(choices)) return 1;
  return kind === 'rating' && Number(max) <= 9 ? 1 : undefined;
}
