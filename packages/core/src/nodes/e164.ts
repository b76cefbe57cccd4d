/** A telephone number as ITU-T E.164 writes it: up to fifteen digits, with the country's code. */
export const E164 = /^\+[1-9]\d{6,14}$/;

const WRITTEN = /^(?:\+|00)[\d\s().\-/\u2010-\u2015]{3,50}$/;

/** A number as people write it without what they put between its digits: `+49 (0)30 / 123-456`, `0049 30 123456`. */
export function bareNumber(written: string): string {
  const text = written.trim();
  if (!WRITTEN.test(text)) return text;
  return `+${text.replace('(0)', '').replace(/^00/, '').replace(/\D/g, '')}`;
}
