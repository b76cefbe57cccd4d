import { publicHost } from './host.ts';
import { refused, taken, tidied, type Reading } from './reading.ts';
import { plainDigits } from './words.ts';

/**
 * One e-mail address, also inside a sentence or as `Ada <ada@example.com>`; the domain comes back in small letters.
 * The part before the @ is what the HTML standard takes, without stray dots. Two different addresses are refused.
 */
export function readEmail(text: string): Reading<string> {
  const tidy = tidied(text);
  if (!tidy.ok) return tidy;
  const pieces = plainDigits(tidy.value)
    .split(/[\s<>()[\],;:"]+/)
    .filter((piece) => piece.includes('@'));
  const addresses = new Map(
    pieces.flatMap((piece) => addressIn(piece)).map((address) => [address.toLowerCase(), address]),
  );
  const [first, second] = addresses.values();
  if (first === undefined) return refused('not_email');
  if (second !== undefined) return refused('email_unclear', { first, second });
  return AMID_WORDS.test(tidy.value) ? taken(first, first) : taken(first);
}

// "ada lovelace@example.com" may have been meant as one, so what was read is said.
const AMID_WORDS = /^[^<]*\s[^<]*$/;

const LOCAL = /^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

function addressIn(piece: string): string[] {
  if (piece.length > 254) return [];
  const bare = piece.replace(/^['‘“„*]+/, '').replace(/['’“”*.!?…]+$/, '');
  const [local = '', domain = '', ...more] = bare.split('@');
  const host = publicHost(domain);
  if (more.length > 0 || !host || local.length > 64 || !LOCAL.test(local)) return [];
  return local.length + 1 + host.length > 254 ? [] : [`${local}@${host}`];
}
