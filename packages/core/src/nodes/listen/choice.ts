import { z } from 'zod';
import type { Json } from '../../language/json.ts';
import { expression, template } from '../data.ts';
import type { NodeContext } from '../node.ts';
import { portName } from '../port.ts';
import { localeOf, question } from './question.ts';
import { readChoice } from './read/choice.ts';

const Choice = z.strictObject({
  /** What is kept; the label when absent. */
  id: z.string().min(1).max(200).optional(),
  label: template(),
  /** Shown only when it holds. */
  when: expression('boolean').optional(),
  /** Its own way out. */
  port: portName().optional(),
});
const shape = {
  choices: z.array(Choice).max(100).default([]),
  /** Choices from a list: texts, or maps with `id` and `label`. */
  from: expression('list').optional(),
  /** Whether several may be chosen; a list is kept. */
  multiple: z.boolean().default(false),
  min: z.int().min(0).max(100).optional(),
  max: z.int().min(1).max(100).optional(),
};
type Data = z.output<z.ZodObject<typeof shape>>;

interface Shown {
  id: string;
  label: string;
  port: string;
}

export const choice = question({
  kind: 'choice',
  summary: 'Asks to choose, one or several; words, numbers and near spellings are understood.',
  data: shape,
  type: ({ multiple }) => (multiple ? 'list' : 'text'),
  ports: ({ choices, from }) => [
    ...new Set([...choices.map(({ port }) => port ?? 'out'), ...(from || !choices.length ? ['out'] : [])]),
  ],
  problems: ({ choices, from, min, max }) => [
    ...(choices.length || from
      ? []
      : [{ field: 'choices', message: 'it offers nothing: give choices, or a list in from' }]),
    ...(min !== undefined && max !== undefined && min > max
      ? [{ field: 'max', message: 'it is smaller than min' }]
      : []),
  ],
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
    const ids = reading.value.map(({ id }) => id);
    return { ok: true, value: multiple ? ids : ids[0]! };
  },
  portFor(value, data, ctx) {
    const first = Array.isArray(value) ? value[0] : value;
    return shown(data, ctx).find(({ id }) => id === first)?.port ?? 'out';
  },
});

/** The choices as this visitor sees them. */
function shown({ choices, from }: Data, { scope }: NodeContext): Shown[] {
  const written = choices
    .filter(({ when }) => !when || when.evaluate(scope) === true)
    .map(({ id, label, port = 'out' }) => {
      const text = label.render(scope);
      return { id: id ?? text, label: text, port };
    });
  const listed = from?.evaluate(scope);
  return [...written, ...(Array.isArray(listed) ? listed : []).slice(0, 100).map(fromItem)];
}

function fromItem(item: Json): Shown {
  const map = typeof item === 'object' && item !== null && !Array.isArray(item) ? item : { label: item };
  const label = String(map.label ?? map.name ?? map.id ?? '');
  return { id: String(map.id ?? label), label, port: 'out' };
}
