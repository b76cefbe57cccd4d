import { graphOf, type FileNode } from './graph.ts';
import { isSecret, variablesOf, type Variable, type Variables } from './names.ts';
import type { Data, Json } from './made.ts';
import type { Bot } from './shape.ts';
import { placeOf, stepsOf } from './steps.ts';
import { short } from './texts.ts';
import { typesOf, type Types } from './types.ts';

/** What a bot becomes: a workflow as a file holds it, and what had no counterpart or needs a hand. */
export interface Converted {
  workflow: { name: string; nodes: FileNode[]; edges: string[] };
  notes: string[];
}

/** Makes a workflow of a bot of Typebot. */
export function convert(whole: Bot): Converted {
  const said = new Set<string>();
  const general = new Set<string>();
  const note = (sentence: string) => void said.add(sentence);
  const { bot, start } = startOf(whole, note);
  const variables = variablesOf(bot);
  const types = typesOf(bot, variables);
  const steps = stepsOf({ bot, variables, types, note, once: (sentence) => void general.add(sentence) });
  for (const twice of repeated(bot)) note(`${twice} is there twice; lines lead to the first.`);
  const { nodes, edges } = graphOf(bot, steps, start.spot);
  const { inputs, later } = declared(variables, types, note);
  const first: FileNode[] = [
    { id: 'start', type: 'trigger', ...start.at, data: { kind: 'manual', ...(inputs.length && { inputs }) } },
  ];
  if (Object.keys(later).length) {
    // A trigger declares a hundred at most.
    const at = { positionX: start.at.positionX, positionY: start.at.positionY + 140 };
    first.push({ id: 'start_set', type: 'logic', ...at, data: { kind: 'set', values: later } });
    const [to] = edges.filter((edge) => edge.startsWith('start -> '));
    edges.splice(
      0,
      to === undefined ? 0 : 1,
      'start -> start_set',
      ...(to ? [to.replace('start', 'start_set')] : []),
    );
  }
  renamed(variables, note);
  return {
    workflow: {
      name: bot.name?.trim().slice(0, 200) || 'Imported from Typebot',
      nodes: [...first, ...nodes],
      edges,
    },
    notes: [...said, ...general],
  };
}

interface Start {
  spot: { group: number; block: number } | undefined;
  at: { positionX: number; positionY: number };
}

/** Where a bot begins: at its event, in older exports at a block. That block, and its group where it is alone, go. */
function startOf(whole: Bot, note: (sentence: string) => void): { bot: Bot; start: Start } {
  const event = whole.events.find(({ type }) => type === 'start');
  for (const other of whole.events)
    if (other !== event)
      note(
        `The event ${short(other.type ?? 'without a type')} has no counterpart: what it leads to stays, and no way leads there.`,
      );
  const old = whole.groups.flatMap(({ blocks }) => blocks).find(({ type }) => type === 'start');
  const groups = whole.groups
    .map((group) => ({ ...group, blocks: group.blocks.filter(({ type }) => type !== 'start') }))
    .filter(({ blocks }, at) => blocks.length > 0 || whole.groups[at]!.blocks.length === 0);
  const bot = { ...whole, groups };
  const edgeId = event?.outgoingEdgeId ?? old?.outgoingEdgeId;
  const to = whole.edges.find(({ id }) => id === edgeId)?.to;
  const group = groups.findIndex(({ id }) => id === to?.groupId);
  const at = { positionX: 0, positionY: 0 };
  if (group < 0) {
    note(
      'Nothing leads on from the start of the bot: the conversation ends at once. Draw a line from start.',
    );
    return { bot, start: { spot: undefined, at } };
  }
  const block =
    to?.blockId === undefined ? 0 : groups[group]!.blocks.findIndex(({ id }) => id === to.blockId);
  const { x, y } = groups[group]!.graphCoordinates ?? { x: 0, y: 0 };
  return {
    bot,
    start: {
      spot: { group, block: Math.max(0, block) },
      at: { positionX: Math.round(x) - 280, positionY: Math.round(y) },
    },
  };
}

/** The variables a conversation may be started with: those that have a value, and those that are read and never set. */
function declared(variables: Variables, types: Types, note: (sentence: string) => void) {
  const unused = variables.all.filter(({ isRead, isSet }) => !isRead && !isSet);
  if (unused.length) note(`Nothing reads or sets ${listed(unused)}: left out.`);
  const wanted = variables.all.filter(
    ({ isRead, isSet, value }) => (isRead || isSet) && (!isSet || (value !== undefined && value !== null)),
  );
  const inputs = wanted.map((variable) => inputFor(variable, types, note));
  const unset = wanted.filter(({ value, isSet }) => !isSet && (value === undefined || value === null));
  if (unset.length)
    note(`Nothing sets ${listed(unset)}: empty, where a conversation is not started with a value.`);
  const later = inputs.slice(100).map(({ name, default: value }) => [name, JSON.stringify(value ?? null)]);
  return {
    inputs: inputs.slice(0, 100) as Data[],
    later: Object.fromEntries(later) as Record<string, string>,
  };
}

function inputFor({ name, called, value }: Variable, types: Types, note: (sentence: string) => void) {
  const type = types.of(name);
  if (value !== undefined && value !== null && isSecret(called)) {
    note(`The value of the variable ${short(called)} looks like a secret and is not copied.`);
    return { name, type: 'any' };
  }
  const [text, list] = [
    typeof value === 'string' ? value : undefined,
    Array.isArray(value) ? value : undefined,
  ];
  if (text !== undefined && text !== '' && type === 'number' && Number.isFinite(Number(text)))
    return { name, type, default: Number(text) };
  const given: Json | undefined =
    text ?? list?.map((each) => (typeof each === 'string' ? each : JSON.stringify(each ?? null)));
  if (given === undefined) return { name, type: 'any' };
  return {
    name,
    type: (list && type === 'list') || (text !== undefined && type === 'text') ? type : 'any',
    default: given,
  };
}

const listed = (all: readonly Variable[]) =>
  all.map(({ called }) => short(called) || 'one without a name').join(', ');

function renamed({ all }: Variables, note: (sentence: string) => void): void {
  const others = all.filter(
    ({ name, called, isRead, isSet }) => name !== called.toLowerCase() && (isRead || isSet),
  );
  if (others.length)
    note(
      `Variables have new names: ${others.map(({ called, name }) => `${short(called)} is ${name}`).join(', ')}.`,
    );
}

/** The groups whose id is there more than once. */
function repeated({ groups }: Bot): string[] {
  const seen = new Set<string>();
  return groups.flatMap((group, at) =>
    seen.has(group.id) ? [placeOf(group, at)] : (seen.add(group.id), []),
  );
}
