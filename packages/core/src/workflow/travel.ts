import type { Node } from './workflow.ts';

/** `authorization`, `cookie`, and the names that services gave their own: `x-api-key`, `access_token`, … */
const CREDENTIAL = /auth|cookie|token|secret|passw|signature|session|(?<!idempotency-)key$/i;
const BAGS = ['headers', 'query'] as const;

/** The nodes as a copy of a workflow gets them: without credentials that are written out in a request. */
export const withoutCredentials = (nodes: readonly Node[]): Node[] =>
  nodes.map((node) => {
    if (node.type !== 'integration') return node;
    const data = { ...node.data };
    for (const bag of BAGS) {
      const written = data[bag];
      if (typeof written === 'object' && written !== null && !Array.isArray(written))
        data[bag] = Object.fromEntries(Object.entries(written).filter((each) => !isCredential(each)));
    }
    return { ...node, data };
  });

/** Whether a credential is written out in a request, in its body too. */
export function holdsCredentials({ type, data }: Node): boolean {
  const isHeld = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).some((each) => isHeld(each[1]) || (!isBag(each[1]) && isCredential(each)));
  return type === 'integration' && [...BAGS, 'json', 'form'].some((bag) => isHeld(data[bag]));
}
const isBag = (value: unknown) => typeof value === 'object' && value !== null;

const isCredential = ([name, value]: [string, unknown]) => CREDENTIAL.test(name) && isWrittenOut(value);

/** Anything but the name of a scheme and what is filled in when it runs: `Bearer {{ token }}` may travel. */
const isWrittenOut = (value: unknown) =>
  typeof value !== 'string' ||
  value
    .replaceAll(/\{\{[^{}"']*\}\}/g, '')
    .replace(/^\s*(?:bearer|basic|token|apikey|key)\b/i, '')
    .trim() !== '';
