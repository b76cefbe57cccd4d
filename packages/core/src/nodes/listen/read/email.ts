import { publicHost } from './host.ts';
import { refused, taken, tidied, type Reading } from './reading.ts';
import { slipsFrom } from './spelling.ts';
import { plainDigits } from './words.ts';

/**
 * One e-mail address, also inside a sentence or as `Ada <ada@example.com>`; the domain comes back in small letters.
 * The part before the @ is what the HTML standard takes, in any alphabet (RFC 6531) and without stray dots. Two different
 * addresses are refused; a provider that looks misspelt is doubted.
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
  const reading = AMID_WORDS.test(tidy.value) ? taken(first, first) : taken(first);
  const meant = correctly(first);
  return meant === undefined || !reading.ok
    ? reading
    : { ...reading, doubt: refused('email_slip', { meant }) };
}

// "ada lovelace@example.com" may have been meant as one, so what was read is said.
const AMID_WORDS = /^[^<]*\s[^<]*$/;

const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;

function addressIn(piece: string): string[] {
  if (piece.length > 254) return [];
  // mailto:ada@example.com?subject=hello
  const bare = piece
    .replace(/(?<=@[^?]*)\?.*$/, '')
    .replace(/^['‘“„*]+/, '')
    .replace(/['’“”*.!?…]+$/, '');
  const [local = '', domain = '', ...more] = bare.split('@');
  const host = publicHost(domain);
  if (more.length > 0 || !host || local.length > 64 || !LOCAL.test(local)) return [];
  return local.length + 1 + host.length > 254 ? [] : [`${local}@${host}`];
}

/** Where most people have their mail; others, though a slip away from these, are as real. */
const PROVIDERS =
  'gmail.com googlemail.com hotmail.com outlook.com yahoo.com icloud.com t-online.de freenet.de'.split(' ');
const ALIKE = new Set('mail.com email.com ymail.com'.split(' '));

/** The address with its provider spelled right, when it is one slip away from one. */
function correctly(address: string): string | undefined {
  const [local = '', host = ''] = address.split('@');
  if (PROVIDERS.includes(host) || ALIKE.has(host)) return undefined;
  const meant = PROVIDERS.find((provider) => slipsFrom(provider, host) === 1);
  return meant && `${local}@${meant}`;
}
