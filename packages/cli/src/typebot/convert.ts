import { declared, renamed, type Declared } from './declared.ts';
import { graphOf, type FileNode } from './graph.ts';
import { variablesOf } from './names.ts';
import type { Bot } from './shape.ts';
import { placeOf, stepsOf } from './steps.ts';
import { short } from './texts.ts';
import { typesOf } from './types.ts';

/** What a bot becomes: a workflow as a file holds it, and what had no counterpart or needs a hand. */
export interface Converted {
  workflow: { name: string; settings: { ai?: { models: string[] } }; nodes: FileNode[]; edges: string[] };
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
  for (const twice of repeated(bot)) note(`${twice} has the id of one before it; lines lead to the first.`);
  const first = startNodes(start, declared(variables, types, note));
  const { nodes, edges } = graphOf(bot, steps, start.spot, first.at(-1)!.id);
  renamed(variables, note);
  const asksModels = nodes.some(({ type }) => type === 'ai');
  return {
    workflow: {
      name: bot.name?.trim().slice(0, 200) || 'Imported from Typebot',
      settings: asksModels ? { ai: { models: ['openai', 'gemini'] } } : {},
      nodes: [...first, ...nodes],
      edges: [...first.slice(1).map(({ id }) => `start -> ${id}`), ...edges],
    },
    notes: [...said, ...general],
  };
}

/** The trigger; what it cannot declare is set right behind it. */
function startNodes({ at: { x, y } }: Start, { inputs, later }: Declared): FileNode[] {
  const positionX = x - 280;
  const start: FileNode = {
    ...{ id: 'start', type: 'trigger', positionX, positionY: y },
    data: { kind: 'manual', ...(inputs.length && { inputs }) },
  };
  if (!Object.keys(later).length) return [start];
  const data = { kind: 'set', values: later };
  return [start, { id: 'start_set', type: 'logic', positionX, positionY: y + 140, data }];
}

interface Start {
  spot: { group: number; block: number } | undefined;
  /** Where the first block is drawn. */
  at: { x: number; y: number };
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
  if (group < 0) {
    note(
      'Nothing leads on from the start of the bot: the conversation ends at once. Draw a line from start.',
    );
    return { bot, start: { spot: undefined, at: { x: 0, y: 0 } } };
  }
  const block =
    to?.blockId === undefined ? 0 : groups[group]!.blocks.findIndex(({ id }) => id === to.blockId);
  const { x, y } = groups[group]!.graphCoordinates ?? { x: 0, y: 0 };
  return {
    bot,
    start: { spot: { group, block: Math.max(0, block) }, at: { x: Math.round(x), y: Math.round(y) } },
  };
}

/** The groups whose id is there more than once. */
function repeated({ groups }: Bot): string[] {
  const seen = new Set<string>();
  return groups.flatMap((group, at) =>
    seen.has(group.id) ? [placeOf(group, at)] : (seen.add(group.id), []),
  );
}
