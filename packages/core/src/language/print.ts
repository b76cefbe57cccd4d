import { Drop } from 'liquidjs';
import { trueDigits } from './digits.ts';

/** A value as a text shows it: nothing for null, a list with commas, a map as JSON. */
export function print(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined || value instanceof Drop) return '';
  if (Array.isArray(value)) return value.map(print).join(', ');
  // What divides by zero or was no number to begin with.
  if (typeof value === 'number') return Number.isFinite(value) ? String(trueDigits(value)) : '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
