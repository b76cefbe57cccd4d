import type { Json } from '../../language/json.ts';
import { readEmail } from '../listen/read/email.ts';
import { refused, taken, type Locale, type Reading } from '../listen/read/reading.ts';
import { readUrl } from '../listen/read/url.ts';
import { valueOf, type Field } from './fields.ts';

/**
 * A value a model took out of a text, read again as a question for it would read it: what a model writes is no better
 * than what a visitor types. Null when it wrote none.
 */
export async function readValue(
  field: Field,
  written: unknown,
  locale: Locale,
): Promise<Reading<Json> | null> {
  const value = valueOf(field, written);
  if (value === undefined) return null;
  const text = String(value);
  switch (field.type) {
    case 'email':
      return readEmail(text);
    case 'url':
      return readUrl(text);
    case 'phone': {
      const { readPhone } = await import('../listen/read/phone.ts');
      return readPhone(text, { country: locale.country });
    }
    case 'date':
      return isDay(text) ? taken(text) : refused('not_date');
    case 'time':
      return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text) ? taken(text) : refused('not_time');
    case 'text':
    case 'number':
    case 'integer':
    case 'boolean':
    case 'choice':
      return taken(value);
  }
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
