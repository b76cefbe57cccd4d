import type { Graph } from '@crmflow/core';
import type { Variables } from './names.ts';
import type { Block, Bot } from './shape.ts';
import type { Types } from './types.ts';

type Node = Graph['nodes'][number];
export type Json = Node['data'][string];
export type Data = Node['data'];

/** A node that stands for a block, or for a part of one. */
export interface Piece {
  /** What its id ends in: `say`, `choice`. */
  name: string;
  type: Node['type'];
  data: Data;
  /** Its ways out besides going on, each with the edge it takes; one that names none goes on. */
  ways?: readonly Way[];
  /** Whether `out` is one of its ways; it is when absent. */
  hasOut?: boolean;
  /** Whether the conversation goes on where it fails, as it does in Typebot. */
  goesOn?: boolean;
  /** Where a jump leads, whose node is not named yet. */
  jumpsTo?: Place;
}
/** A group, or a block in it. */
export interface Place {
  groupId: string | undefined;
  blockId: string | undefined;
}
export interface Way {
  port: string;
  /** Null where the conversation ends. */
  edgeId: string | null | undefined;
}

/** What a block becomes: nodes one after another, or none where the flow goes past it; or a way to somewhere else. */
export type Made = { kind: 'pieces'; pieces: readonly Piece[] } | ({ kind: 'leads' } & Place);

export const PAST: Made = { kind: 'pieces', pieces: [] };
export const one = (piece: Piece): Made => ({ kind: 'pieces', pieces: [piece] });

/** What making a block needs to know. */
export interface Around {
  bot: Bot;
  block: Block;
  variables: Variables;
  types: Types;
  /** What the last text before it says, for a question. */
  prompt: string;
  /** Whether anything in the bot goes back to a jump. */
  hasReturn: boolean;
  /** Whether another block stands after it in its group. */
  hasNext: boolean;
  /** Says what has no counterpart, or needs a hand. */
  note(sentence: string): void;
  /** Says what holds for the whole bot, once. */
  once(sentence: string): void;
}

/** A block for which nothing stands in the workflow. */
export function past(note: Around['note'], why = 'has no counterpart'): Made {
  note(`${why}, the flow goes past it.`);
  return PAST;
}
