import { CrmflowError } from '../../errors.ts';
import type { Scope } from '../../language/scope.ts';
import type { Text } from '../data.ts';

/** The origin an author wrote: what fills an address may be in the rest of it, never in its host. */
export const originOf = (source: string): string | undefined =>
  /^https?:\/\/[^/?#{]+(?=[/?#]|$)/i.exec(source)?.[0];

/**
 * The address a request goes to. Each value that fills it stays one piece of a path or of a query; one that would lead
 * out of its place is refused (`invalid_input`).
 */
export function addressOf(url: Text, scope: Scope): URL {
  const text = url.render(scope, escaped);
  // No escape keeps dots from being read as a way up.
  if (DOTS.test(text))
    throw new CrmflowError(
      'invalid_input',
      'The address of the request has . or .. as a piece of its path with what it was filled with; that would lead elsewhere.',
    );
  if (URL.canParse(text)) return new URL(text);
  throw new CrmflowError(
    'invalid_input',
    'The address of the request cannot be read with what it was filled with.',
  );
}

const DOTS = /^[^?#]*[/\\](?:\.|%2e){1,2}(?:[/\\?#]|$)/i;

/** Half a character, as a filter may cut it, has no form in an address. */
const escaped = (shown: string) => encodeURIComponent(shown.replace(/\p{Surrogate}/gu, '\ufffd'));
