import type { Json } from '../language/json.ts';
import { originOf } from '../nodes/integration/address.ts';
import { holdsCredentials } from '../workflow/travel.ts';
import type { FileContent } from '../workflow/file.ts';
import type { Node, Problem } from '../workflow/workflow.ts';

/** Kinds that cannot stand in a draft, and why. */
export const UNDRAFTED: Readonly<Record<string, string>> = {
  'logic/split': 'which way a session goes is left to chance, so no test can show it; use a condition',
  'integration/elevenlabs_speech': 'which voice speaks is the owner’s choice; use speak/text',
  'integration/webhook_wait': 'what another system calls with is not known; use a delay or a question',
  'trigger/webhook': 'which system calls, and how that is known, is the owner’s to say; use manual',
  'trigger/schedule': 'when it starts by itself, and with whom, is the owner’s to say; use manual',
  'logic/subflow': 'a draft stands by itself; put its nodes here',
};
/** Fields that are the owner's to fill in, by what they are about. */
const OWNERS = {
  key: 'stored keys are added by the owner',
  keyHeader: 'stored keys are added by the owner',
  tell: 'where it is told that somebody waits is the owner’s to say',
  models: 'who answers is the owner’s choice',
  tools: 'tools of a model are added by the owner',
};
export const OWNERS_FIELDS = Object.keys(OWNERS);

/** What no draft may do, however sound it is: call a host that nobody named, carry a key, decide for its owner. */
export function beyondADraft({ nodes, knowledge, name, description }: FileContent, wish: string): Problem[] {
  const named = hostsIn(wish);
  const strangers = (value: Json) => hostsOf(value).filter((host) => !named.has(host));
  return [
    ...nodes.flatMap((node) => [
      ...ownersPart(node),
      ...strangers([node.label, node.data]).map((host) =>
        problem(node.id, `it names ${host}, which stands nowhere in the wish; leave it out`),
      ),
    ]),
    ...strangers([name, description, ...knowledge.flatMap(({ question, answer }) => [question, answer])]).map(
      (host) =>
        problem(undefined, `The knowledge names ${host}, which stands nowhere in the wish; leave it out`),
    ),
  ];
}

function ownersPart(node: Node): Problem[] {
  const { id, type, data } = node;
  const undrafted = UNDRAFTED[`${type}/${String(data.kind)}`];
  return [
    ...(undrafted ? [problem(id, undrafted)] : []),
    ...Object.entries(OWNERS).flatMap(([field, why]) =>
      field in data ? [problem(id, `leave ${field} out: ${why}`)] : [],
    ),
    ...(type === 'speak' && data.kind === 'media' && originOf(String(data.url)) === undefined
      ? [problem(id, 'write the host of its address out')]
      : []),
    ...(holdsCredentials(node)
      ? [problem(id, 'no key, token or password is written into a workflow; leave it out')]
      : []),
  ];
}

const problem = (nodeId: string | undefined, message: string): Problem => ({
  severity: 'error',
  ...(nodeId !== undefined && { nodeId }),
  message: `${nodeId === undefined ? '' : `${nodeId}: `}${message}.`,
});

/** The hosts of all addresses in the texts of a value, as they are written: with a port, a user, or whatever else stands there. */
function hostsOf(value: Json): string[] {
  const text = JSON.stringify(value);
  return [...new Set([...text.matchAll(/\/\/([^\s/?#"'<>()]+)/g)].map(([, host]) => host!.toLowerCase()))];
}

/** The hosts a person names: whatever reads like one, with or without https://. */
const hostsIn = (wish: string): ReadonlySet<string> =>
  new Set(
    wish
      .toLowerCase()
      .split(/[^\p{L}\p{N}.:-]+/u)
      .map((word) => word.replace(/^[.:-]+|[.:-]+$/g, ''))
      .filter((word) => /[.:]/.test(word)),
  );
