import { converse } from '@crmflow/core/testing';
import { allProblems, fromFile } from '@crmflow/core';
import { convert } from '../../packages/cli/src/typebot/convert.ts';
import { Bot } from '../../packages/cli/src/typebot/shape.ts';

type Fields = Record<string, unknown>;

/** A text bubble of one paragraph for each text. */
export const says = (...paragraphs: string[]): Fields => ({
  type: 'text',
  content: { richText: paragraphs.map((text) => ({ type: 'p', children: [{ text }] })) },
});
/** A question of a type, kept in a variable. */
export const asks = (type: string, variableId?: string, options: Fields = {}): Fields => ({
  type: `${type} input`,
  options: { ...options, ...(variableId && { variableId }) },
});
/** Buttons; one with a target has a line of its own. */
export const offers = (items: (string | [string, string])[], options: Fields = {}): Fields => ({
  type: 'choice input',
  options,
  items: items.map((item) =>
    typeof item === 'string' ? { content: item } : { content: item[0], to: item[1] },
  ),
});
export const sets = (variableId: string, expressionToEvaluate: string, more: Fields = {}): Fields => ({
  type: 'Set variable',
  options: { variableId, expressionToEvaluate, ...more },
});
/** A condition with a line for each comparison that holds. */
export const decides = (
  ...cases: [variableId: string, comparisonOperator: string, value: string | undefined, to: string][]
): Fields => ({
  type: 'Condition',
  items: cases.map(([variableId, comparisonOperator, value, to]) => ({
    content: { comparisons: [{ variableId, comparisonOperator, ...(value !== undefined && { value }) }] },
    to,
  })),
});

interface Sketch {
  /** The blocks of each group, by its title; `to` in a block or an item is the line to a group, `group/3` to its third block. */
  groups: Record<string, Fields[]>;
  /** Each variable has its name as its id. */
  variables?: Record<string, unknown>;
}

/** An export as Typebot writes it in version 6.1. */
export function bot({ groups, variables = {} }: Sketch): Fields {
  const edges: Fields[] = [];
  const idOf = (group: string, at: number) => `${group}-${at + 1}`;
  const line = (from: Fields, to: unknown) => {
    if (typeof to !== 'string') return {};
    const [group = '', block] = to.split('/');
    const id = `edge-${edges.length + 1}`;
    edges.push({
      id,
      from,
      to: { groupId: group, ...(block && { blockId: idOf(group, Number(block) - 1) }) },
    });
    return { outgoingEdgeId: id };
  };
  const [first] = Object.keys(groups);
  const start = line({ eventId: 'begin' }, first);
  return {
    version: '6.1',
    name: 'A bot',
    events: [{ id: 'begin', type: 'start', graphCoordinates: { x: 0, y: 0 }, ...start }],
    groups: Object.entries(groups).map(([title, blocks], column) => ({
      id: title,
      title,
      graphCoordinates: { x: 300 * (column + 1), y: 0 },
      blocks: blocks.map(({ to, items, ...block }, at) => {
        const blockId = idOf(title, at);
        const listed = Array.isArray(items) ? (items as Fields[]) : undefined;
        return {
          id: blockId,
          ...block,
          ...line({ blockId }, to),
          ...(listed && {
            items: listed.map(({ to: aim, ...item }, each) => ({
              id: `${blockId}-${each + 1}`,
              ...item,
              ...line({ blockId, itemId: `${blockId}-${each + 1}` }, aim),
            })),
          }),
        };
      }),
    })),
    edges,
    variables: Object.entries(variables).map(([name, value]) => ({
      id: name,
      name,
      ...(value !== null && { value }),
    })),
    settings: { general: {} },
    theme: {},
  };
}

/** What an export becomes, with what the check of workflows finds in it. */
export function imported(document: unknown) {
  const { workflow, notes } = convert(Bot.parse(document));
  const content = fromFile(workflow, 'the bot');
  const problems = allProblems(content, {});
  return {
    workflow,
    notes,
    errors: problems.flatMap(({ severity, message }) => (severity === 'error' ? [message] : [])),
    /** What a node of it holds. */
    data: (id: string) => workflow.nodes.find((node) => node.id === id)?.data,
    play: (world?: Parameters<typeof converse>[1], variables?: Parameters<typeof converse>[2]) =>
      converse(workflow, world, variables),
  };
}
