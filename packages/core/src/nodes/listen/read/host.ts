const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TOP = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/;
const PRIVATE = new Set(['localhost', 'local', 'internal', 'invalid']);

/**
 * A host name as the public name system writes it: lower case, other alphabets as `xn--`. Undefined for what cannot be
 * found there: a single label, an address in numbers, the names RFC 6761 and its kin keep private.
 */
export function publicHost(name: string): string | undefined {
  const host = ascii(name);
  if (host === undefined || host.length > 253) return undefined;
  const labels = host.split('.');
  const top = labels.at(-1) ?? '';
  if (labels.length < 2 || !TOP.test(top) || PRIVATE.has(top)) return undefined;
  return labels.every((label) => LABEL.test(label)) ? host : undefined;
}

function ascii(name: string): string | undefined {
  if (/[\s/\\?#@:[\]%]/.test(name)) return undefined;
  try {
    return new URL(`https://${name}`).hostname;
  } catch {
    return undefined;
  }
}
