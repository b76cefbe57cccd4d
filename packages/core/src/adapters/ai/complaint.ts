import { z } from 'zod';

/** An error as a provider words it. */
export interface Complaint {
  message: string;
  /** Its code, type or status: `model_not_found`, `INVALID_ARGUMENT`, `503`. */
  codes: readonly string[];
  /** The field it is about. */
  param: string;
  /** How long the provider wants to be left alone, where its body tells (Google's `RetryInfo`). */
  retryAfterMs?: number | undefined;
}

const Word = z.union([z.string(), z.number()]).transform(String).nullish().catch(null);
const Detail = z.object({ reason: Word, retryDelay: Word }).catch({ reason: null, retryDelay: null });
const Told = z.object({
  message: z.string().catch(''),
  code: Word,
  type: Word,
  status: Word,
  param: Word,
  details: z.array(Detail).catch([]),
});
/** OpenAI and Google wrap it, Google sometimes in a list; some servers write a text alone, others do not wrap it. */
const Body = z.preprocess((body) => {
  const value = (Array.isArray(body) ? body[0] : body) as { error?: unknown } | null | undefined;
  const told = value?.error ?? value;
  return typeof told === 'string' ? { message: told } : told;
}, Told);

/** What a provider complains of in the body of an error; null when it is no such body. */
export function complaintIn(body: unknown): Complaint | null {
  const { data } = Body.safeParse(body);
  if (!data) return null;
  const { message, code, type, status, param, details } = data;
  const words = [code, type, status, ...details.map(({ reason }) => reason)];
  const delay = details.find(({ retryDelay }) => retryDelay)?.retryDelay;
  return {
    message,
    codes: words.filter((word) => word !== null && word !== undefined),
    param: param ?? '',
    retryAfterMs: delay ? msOf(delay) : undefined,
  };
}

/** Seconds, with or without their unit, in milliseconds. */
function msOf(seconds: string): number | undefined {
  const [, digits] = /^\s*(\d+(?:\.\d+)?)s?\s*$/.exec(seconds) ?? [];
  return digits === undefined ? undefined : Math.ceil(Number(digits) * 1000);
}

/** When `Retry-After` allows another try (RFC 9110, 10.2.3): seconds or a date. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const date = /[a-z]/i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? msOf(header) : Math.max(0, date - now.getTime());
}

const MOST_CHARACTERS = 200;
/** So much in a row is taken from the request, not from the language. */
const ECHO = 16;
/** A shorter text may be any word. */
const SHORTEST = 4;

/**
 * A provider's words as the owner of a workflow may read them: one short line without addresses and keys, and nothing
 * at all when it repeats what was asked.
 */
export function quotable(message: string, { key, asked }: { key: string; asked: readonly string[] }): string {
  const line = (key === '' ? message : message.replaceAll(key, '…'))
    .replace(/https?:\/\/\S+/gi, '…')
    .replace(/\b(?:sk-|AIza|gsk_)[\w*-]+/g, '…')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const short = line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
  return repeats(short, asked) ? '' : short;
}

function repeats(line: string, asked: readonly string[]): boolean {
  if (asked.some((text) => text.length >= SHORTEST && line.includes(text))) return true;
  for (let from = 0; from + ECHO <= line.length; from++) {
    const piece = line.slice(from, from + ECHO);
    if (asked.some((text) => text.includes(piece))) return true;
  }
  return false;
}
