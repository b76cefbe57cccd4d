/** Why an answer was not taken; each is also the key of a built-in text. */
export const readReasons = [
  'empty',
  'too_short',
  'too_long',
  'bad_format',
  'not_email',
  'email_unclear',
  'email_slip',
  'not_phone',
  'phone_too_short',
  'phone_unclear',
  'phone_country',
  'phone_extension',
  'not_number',
  'not_whole',
  'too_small',
  'too_large',
  'not_step',
  'not_date',
  'date_incomplete',
  'date_ambiguous',
  'wrong_weekday',
  'too_early',
  'too_late',
  'not_time',
  'not_url',
  'not_yes_or_no',
  'no_such_choice',
  'choice_unclear',
  'too_few',
  'too_many',
  'not_rating',
  'not_file',
  'file_too_large',
  'wrong_file_type',
] as const;
export type ReadReason = (typeof readReasons)[number];

/** What fills the {placeholders} of a built-in text. */
export type TextValues = Readonly<Record<string, string | number>>;

/** Why nothing was read. */
export interface Refusal {
  ok: false;
  reason: ReadReason;
  values?: TextValues;
}

/** What a visitor's text was read as, or why not. */
export type Reading<T> =
  | {
      ok: true;
      value: T;
      /** How it was read, in the visitor's language; only when that is worth saying back. */
      echo?: string;
      /** Why something else was probably meant: worth asking once, and taken when it is said again. */
      doubt?: Refusal;
    }
  | Refusal;

/** Where and when the visitor is. */
export interface Locale {
  /** BCP 47: `en`, `en-US`, `de-DE`. One that is not known is read as English. */
  language: string;
  /** IANA: `Europe/Berlin`. */
  timeZone: string;
  now: Date;
  /** ISO 3166. */
  country?: string | undefined;
}

/** The most characters that are read of any answer. */
export const MAX_CHARS = 4_000;

export const taken = <T>(value: T, echo?: string): Reading<T> =>
  echo === undefined ? { ok: true, value } : { ok: true, value, echo };

export const refused = (reason: ReadReason, values?: TextValues): Refusal =>
  values === undefined ? { ok: false, reason } : { ok: false, reason, values };

/** The text without what nobody sees and no database keeps; refused when nothing or too much is left. */
export function tidied(text: string, maxChars = MAX_CHARS): Reading<string> {
  if (text.length > maxChars) return refused('too_long', { max: maxChars, length: text.length });
  const tidy = text.replace(INVISIBLE, '').normalize('NFC').trim();
  return tidy === '' ? refused('empty') : taken(tidy);
}

// Controls but tab and line feed, zero-width spaces, direction marks, halves of characters. Joiners stay: emoji and Persian need them.
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;
