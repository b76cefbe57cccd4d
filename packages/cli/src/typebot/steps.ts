import { isInput, make, wordFor } from './blocks.ts';
import { bubbleText, says } from './bubbles.ts';
import { PAST, type Around, type Made } from './made.ts';
import { repeatsModel } from './models.ts';
import { slug, uniqueNames, type Variables } from './names.ts';
import { textIn, type Bot, type Group } from './shape.ts';
import { short } from './texts.ts';
import type { Types } from './types.ts';

/** A block with what stands for it. */
export interface Step {
  made: Made;
  /** The ids of its nodes, one after another. */
  ids: readonly string[];
  outgoingEdgeId: string | undefined;
  note: Around['note'];
}

interface Reading {
  bot: Bot;
  variables: Variables;
  types: Types;
  note(sentence: string): void;
  /** Says what holds for the whole bot. */
  once(sentence: string): void;
}

/** What stands for each block of each group. */
export function stepsOf({ bot, note, ...reading }: Reading): Step[][] {
  const aims = aimsIn(bot);
  const hasReturn = bot.groups.some(({ blocks }) => blocks.some(({ type }) => type === 'Return'));
  const unique = uniqueNames(90, ['start', 'end']);
  return bot.groups.map((group, at) => {
    const made = madeOf(group, {
      ...reading,
      bot,
      aims,
      hasReturn,
      note: (sentence) => note(`${placeOf(group, at)}${sentence}`),
    });
    const name = slug(group.title ?? '') || `group_${at + 1}`;
    const count = made.reduce(
      (sum, each) => sum + (each.made.kind === 'pieces' ? each.made.pieces.length : 0),
      0,
    );
    return made.map((each) => ({
      ...each,
      ids:
        each.made.kind === 'pieces'
          ? each.made.pieces.map((piece) => unique(count === 1 ? name : `${name}_${piece.name}`))
          : [],
    }));
  });
}

/** How a note calls a group. */
export const placeOf = ({ title }: Group, at: number): string =>
  title === undefined || title.trim() === '' ? `Group ${at + 1}` : `Group '${short(title)}'`;

type Inside = Reading & { aims: ReadonlySet<string>; hasReturn: boolean };

function madeOf(group: Group, { aims, note, ...reading }: Inside): Omit<Step, 'ids'>[] {
  let prompt = '';
  return group.blocks.map((block, at) => {
    const own = (sentence: string) => note(`, block ${at + 1} (${short(wordFor(block.type))}): ${sentence}`);
    const next = group.blocks[at + 1];
    const around = { ...reading, block, prompt, hasNext: next !== undefined, note: own };
    prompt = '';
    const step = { outgoingEdgeId: block.outgoingEdgeId, note: own };
    if (repeatsModel(around)) return { ...step, made: PAST };
    const isAsked =
      next !== undefined && isInput(next.type) && next.type !== 'payment input' && !aims.has(next.id);
    if (block.type === 'text' && isAsked && block.outgoingEdgeId === undefined) {
      // A question says what stood right before it.
      prompt = bubbleText(around);
      return { ...step, made: PAST };
    }
    const made = make(around);
    const isGone = made.kind === 'pieces' && !made.pieces.length && around.prompt !== '';
    return { ...step, made: isGone ? says(around.prompt) : made };
  });
}

/** The blocks that a line or a jump leads straight to, past what stands before them. */
function aimsIn({ edges, groups }: Bot): Set<string> {
  const jumps = groups.flatMap(({ blocks }) =>
    blocks.flatMap(({ options }) => textIn(options, 'blockId') ?? []),
  );
  return new Set([...edges.flatMap(({ to }) => to.blockId ?? []), ...jumps]);
}
