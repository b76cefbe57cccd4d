import { z } from 'zod';
import { isMap, type Json } from '../../language/json.ts';
import { print } from '../../language/print.ts';
import { expression, mapOrText, template, type Expression, type Text } from '../data.ts';
import type { NodeContext } from '../node.ts';
import { portName } from '../port.ts';
import { localeOf, question } from './question.ts';
import { readChoice } from './read/choice.ts';

interface Choice {
  id?: string | undefined;
  label: Text;
  when?: Expression | undefined;
  port?: string | undefined;
}
const Choice = mapOrText(
  z.strictObject({
    /** What is kept; the label when absent. */
    id: z.string().min(1).max(200).optional(),
    label: template(),
    /** Shown only when it holds. */
    when: expression('boolean').optional(),
    /** Its own way out. */
    port: portName().optional(),
  }),
  template().transform((label): Choice => ({ label })),
  'write a label, or a map with label',
);
const shape = {
  choices: z.array(Choice).max(100).default([]),
  from: expression('list').optional().meta({
    description:
      'CEL expression, gives a list of choices: texts, numbers, or maps with label and id. The id is kept as it is, the label without one.',
  }),
  /** Whether several may be chosen; a list is kept. */
  multiple: z.boolean().default(false),
  min: z.int().min(0).max(100).optional(),
  max: z.int().min(1).max(100).optional(),
};
type Data = z.output<z.ZodObject<typeof shape>>;

interface Shown {
  id: string;
  label: string;
  /** What is kept. */
  value: Json;
  port: string;
}

export const choice = question({
  kind: 'choice',
  summary:
    'Asks to choose, one or several; words, numbers and near spellings are understood. Leaves by error when there is nothing to choose from.',
  data: shape,
  type: ({ multiple, from }) => (multiple ? 'list' : from ? 'any' : 'text'),
  ways: '`out`; the `port` of each of `choices` that has one',
  ports: ({ choices, from, multiple, min = 0 }) => {
    const mayBeNone = multiple && min === 0;
    const ports = choices.map(({ port }) => port ?? 'out');
    return [...new Set([...ports, ...(from || mayBeNone || !choices.length ? ['out'] : [])])];
  },
  problems: ({ choices, from, multiple, min, max }) => [
    ...(choices.length || from
      ? []
      : [{ field: 'choices', message: 'it offers nothing: give choices, or a list in from' }]),
    ...(min !== undefined && max !== undefined && min > max
      ? [{ field: 'max', message: 'it is smaller than min' }]
      : []),
    ...(multiple && !from && min !== undefined && min > choices.length
      ? [{ field: 'min', message: `it asks for more than the ${choices.length} choices there are` }]
      : []),
    ...sameIds(choices),
  ],
  unaskable(data, ctx) {
    const { length } = shown(data, ctx);
    const least = data.multiple ? (data.min ?? 0) : 1;
    if (length === 0) return 'There is nothing to choose from: the list is empty, or no condition holds.';
    return length < least ? `${least} must be chosen, and there are ${length}.` : undefined;
  },
  expects: (data, ctx) => ({
    choices: shown(data, ctx).map(({ id, label }) => ({ id, label })),
    ...(data.multiple && { multiple: true }),
    ...(data.min !== undefined && { min: data.min }),
    ...(data.max !== undefined && { max: data.max }),
  }),
  read({ text }, { multiple, min, max, ...data }, ctx) {
    const choices = shown({ multiple, min, max, ...data }, ctx);
    const reading = readChoice(text, { choices, multiple, min, max }, localeOf(ctx));
    if (!reading.ok) return reading;
    const values = reading.value.map(({ value }) => value);
    return { ...reading, value: multiple ? values : values[0]! };
  },
  portFor(value, data, ctx) {
    const first = Array.isArray(value) ? value[0] : value;
    return shown(data, ctx).find((each) => each.value === first)?.port ?? 'out';
  },
});

/** Choices that are always both there, and kept as the same. */
function sameIds(choices: Data['choices']): { field: string; message: string }[] {
  const ids = choices.map(({ id, label, when }) => (when ? undefined : (id ?? label.source)));
  return ids.flatMap((id, at) =>
    id !== undefined && ids.indexOf(id) < at
      ? [{ field: `choices.${at}.id`, message: `two choices are kept as ${id}` }]
      : [],
  );
}

/** The choices as this visitor sees them. */
function shown({ choices, from }: Data, { scope }: NodeContext): Shown[] {
  const written = choices
    .filter(({ when }) => !when || when.evaluate(scope) === true)
    .map(({ id, label, port = 'out' }) => {
      const text = label.render(scope);
      return { id: id ?? text, label: text, value: id ?? text, port };
    });
  const listed = from?.evaluate(scope);
  return [...written, ...(Array.isArray(listed) ? listed : []).slice(0, 100).map(fromItem)];
}

function fromItem(item: Json): Shown {
  const map = isMap(item) ? item : { id: item };
  const label = print(map.label ?? map.name ?? map.id);
  const value = map.id ?? label;
  return { id: print(value), label, value, port: 'out' };
}
