import type { Node } from './workflow.ts';

/** `authorization`, `cookie`, and the names that services gave their own: `x-api-key`, `access_token`, … */
const CREDENTIAL = /auth|cookie|token|secret|passw|signature|session|(?<!idempotency-)key$/i;
const BAGS = ['headers', 'query'] as const;

/** The node so that its workflow starts nothing by itself. */
export const atRest = (node: Node): Node =>
  node.type === 'trigger' && node.data.active === true
    ? { ...node, data: { ...node.data, active: false } }
    : node;

/**
 * The nodes as a copy of a workflow gets them: without credentials that are written out in a request, and starting nothing
 * by itself before its new owner says so.
 */
export const asCopied = (nodes: readonly Node[]): Node[] =>
  nodes.map(atRest).map((node) => {
    const { tools } = node.data;
    const data = node.type === 'integration' ? withoutThose(node.data) : node.data;
    if (!Array.isArray(tools)) return { ...node, data };
    return {
      ...node,
      data: { ...data, tools: tools.map((tool) => (isBag(tool) ? withoutThose(tool) : tool)) },
    };
  });

/** Whether a credential is written out in a request, in its body too. */
export function holdsCredentials({ type, data }: Node): boolean {
  const isHeld = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).some(
      (each) => isHeld(each[1]) || (typeof each[1] !== 'object' && isCredential(each)),
    );
  const calls: unknown[] = [type === 'integration' && data, ...(Array.isArray(data.tools) ? data.tools : [])];
  return calls.some((call) => isBag(call) && [...BAGS, 'json', 'form'].some((bag) => isHeld(call[bag])));
}

type Bag = Node['data'];
const isBag = (value: unknown): value is Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function withoutThose(call: Bag): Bag {
  const left = { ...call };
  for (const name of BAGS) {
    const written = left[name];
    if (isBag(written))
      left[name] = Object.fromEntries(Object.entries(written).filter((each) => !isCredential(each)));
  }
  return left;
}

const isCredential = ([name, value]: [string, unknown]) => CREDENTIAL.test(name) && isWrittenOut(value);

/** Anything but the name of a scheme and what is filled in when it runs: `Bearer {{ token }}` may travel. */
const isWrittenOut = (value: unknown) =>
  typeof value !== 'string' ||
  value
    .replaceAll(/\{\{[^{}"']*\}\}/g, '')
    .replace(/^\s*(?:bearer|basic|token|apikey|key)\b/i, '')
    .trim() !== '';
