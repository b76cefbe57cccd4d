import { expect, it } from 'vitest';
import type { Locale, Reading } from '../../packages/core/src/nodes/listen/read/reading.ts';

/** Monday, 2 March 2026, 11:10 in Berlin. */
export const now = new Date('2026-03-02T10:10:00Z');

export const here = (language: string, country?: string): Locale => ({
  language,
  timeZone: 'Europe/Berlin',
  now,
  country,
});

type Read = (text: string) => Reading<unknown>;

/** One test a row: what a text is taken as. */
export function takes(read: Read, rows: readonly (readonly [text: string, value: unknown])[]) {
  it.each(rows)('takes %j as %j', (text, value) => {
    const reading = read(text);
    expect(reading.ok ? { value: reading.value } : reading).toEqual({ value });
  });
}

/** One test a row: why a text is refused. */
export function refuses(read: Read, rows: readonly (readonly [text: string, reason: string])[]) {
  it.each(rows)('refuses %j: %s', (text, reason) => {
    const reading = read(text);
    expect(reading.ok ? { value: reading.value } : { reason: reading.reason }).toEqual({ reason });
  });
}

/** One test a row: what is said back, if anything. */
export function echoes(read: Read, rows: readonly (readonly [text: string, echo: string | undefined])[]) {
  it.each(rows)('on %j says back %j', (text, echo) => {
    const reading = read(text);
    expect(reading.ok ? { echo: reading.echo } : reading).toEqual({ echo });
  });
}
