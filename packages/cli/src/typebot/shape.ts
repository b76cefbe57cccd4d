import { z } from 'zod';

/** What an export leaves out it may also write as null. */
const maybe = <T extends z.ZodType>(shape: T) => shape.nullish().transform((value) => value ?? undefined);
const text = () => maybe(z.coerce.string());
const Options = maybe(z.record(z.string(), z.unknown())).transform((value) => value ?? {});

const Comparison = z.looseObject({
  variableId: text(),
  comparisonOperator: text(),
  value: text(),
});
/** When something holds: all of its comparisons, or one of them. */
export const Condition = z.looseObject({
  logicalOperator: text(),
  comparisons: maybe(z.array(Comparison)).transform((value) => value ?? []),
});

const Item = z.looseObject({ id: text(), outgoingEdgeId: text() });
const Block = z.looseObject({
  id: z.string(),
  type: z.string(),
  outgoingEdgeId: text(),
  items: maybe(z.array(Item)).transform((value) => value ?? []),
  options: Options,
  content: z.unknown().optional(),
});

const Place = maybe(z.looseObject({ x: z.number().catch(0), y: z.number().catch(0) }));
const Group = z.looseObject({
  id: z.string(),
  title: text(),
  graphCoordinates: Place,
  blocks: z.array(Block),
});

const Exported = z.looseObject({
  name: text(),
  groups: z.array(Group),
  edges: z
    .array(
      z.looseObject({
        id: z.string(),
        from: z.looseObject({ blockId: text(), itemId: text(), eventId: text() }),
        to: z.looseObject({ groupId: text(), blockId: text() }),
      }),
    )
    .default([]),
  events: maybe(z.array(z.looseObject({ id: text(), type: text(), outgoingEdgeId: text() }))).transform(
    (value) => value ?? [],
  ),
  variables: maybe(
    z.array(z.looseObject({ id: z.string(), name: z.string(), value: z.unknown().optional() })),
  ).transform((value) => value ?? []),
});

/** A bot as Typebot exports it, up to version 6.1: what a conversation depends on is named, all else may be there. */
export const Bot = z.preprocess(asGroups, Exported);

/** Before version 3 a group was a block, and a block was a step. */
function asGroups(document: unknown): unknown {
  const old = listIn(document, 'blocks');
  if (!old.length || listIn(document, 'groups').length) return document;
  const end = (place: unknown) => ({
    groupId: fieldOf(place, 'blockId'),
    blockId: fieldOf(place, 'stepId'),
    itemId: fieldOf(place, 'itemId'),
  });
  return {
    ...(document as object),
    groups: old.map((group) => ({ ...(group as object), blocks: fieldOf(group, 'steps') })),
    edges: listIn(document, 'edges').map((edge) => ({
      id: fieldOf(edge, 'id'),
      from: end(fieldOf(edge, 'from')),
      to: end(fieldOf(edge, 'to')),
    })),
  };
}

export type Bot = z.output<typeof Bot>;
export type Group = Bot['groups'][number];
export type Block = Group['blocks'][number];
export type Item = Block['items'][number];
export type Condition = z.output<typeof Condition>;

/** A field that should be a text; absent when it is none, or empty. */
export const textIn = (from: unknown, key: string): string | undefined => {
  const value = fieldOf(from, key);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};
/** A field that should be a number, also one written as a text. */
export const numberIn = (from: unknown, key: string): number | undefined => {
  const value = Number(textIn(from, key));
  return Number.isFinite(value) ? value : undefined;
};
/** The items of a field that should be a list. */
export const listIn = (from: unknown, key: string): unknown[] => {
  const value = fieldOf(from, key);
  return Array.isArray(value) ? value : [];
};
/** What stands in a field; nothing where there is no object. */
export const fieldOf = (from: unknown, key: string): unknown =>
  typeof from === 'object' && from !== null && Object.hasOwn(from, key)
    ? (from as Record<string, unknown>)[key]
    : undefined;
