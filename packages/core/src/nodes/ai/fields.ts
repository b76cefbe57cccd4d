import { z } from 'zod';
import type { Json } from '../../language/json.ts';
import type { VariableType } from '../../language/types.ts';
import type { JsonSchema } from '../../ports.ts';

const fieldTypes = [
  'text',
  'number',
  'integer',
  'boolean',
  'date',
  'time',
  'email',
  'phone',
  'url',
  'choice',
] as const;

/** A value a model fills in: what it is and what it means. */
export const fieldShape = {
  type: z.enum(fieldTypes).default('text'),
  /** What it means, in words for the model. */
  description: z.string().max(1_000).default(''),
  /** What it may be, for a `choice`. */
  choices: z.array(z.string().min(1).max(200)).min(1).max(100).optional(),
  required: z.boolean().default(true),
};
export type Field = z.output<z.ZodObject<typeof fieldShape>>;
type Fields = Readonly<Record<string, Field>>;

/** What is wrong with fields beyond their shape. */
export const fieldProblems = (fields: Fields, at: string) =>
  Object.entries(fields).flatMap(([name, { type, choices }]) =>
    (type === 'choice') === (choices !== undefined)
      ? []
      : [{ field: `${at}.${name}.choices`, message: 'a choice has choices, and nothing else has' }],
  );

/** The type of the variable a field is kept in. */
export function variableTypeOf({ type }: Field): VariableType {
  if (type === 'integer') return 'number';
  return type === 'number' || type === 'boolean' || type === 'date' || type === 'time' ? type : 'text';
}

const jsonTypes: Partial<Record<Field['type'], string>> = {
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
};
const forms: Partial<Record<Field['type'], string>> = {
  date: 'As YYYY-MM-DD.',
  time: 'As HH:MM, of 24 hours.',
  phone: 'With its country code, like +44 20 7946 0123, where it was said.',
};

/** The shape of an object of these fields, for a model; `isPartial` lets each be null. */
export function schemaOf(fields: Fields, isPartial: boolean): JsonSchema {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, { type, description, choices }]) => {
      const words = [description, forms[type]].filter(Boolean).join(' ');
      const jsonType = jsonTypes[type] ?? 'string';
      return [
        name,
        {
          type: isPartial ? [jsonType, 'null'] : jsonType,
          ...(words && { description: words }),
          ...(choices && { enum: isPartial ? [...choices, null] : choices }),
        },
      ];
    }),
  );
  const needed = Object.entries(fields).filter(([, { required }]) => isPartial || required);
  return { type: 'object', properties, required: needed.map(([name]) => name), additionalProperties: false };
}

const LONGEST = 4_000;

/** A value as a model wrote it, when it is one of the field; undefined when it is not. Numbers and truths may be texts. */
export function valueOf({ type, choices }: Field, written: unknown): Json | undefined {
  if (typeof written !== 'string' && typeof written !== 'number' && typeof written !== 'boolean')
    return undefined;
  const text = String(written).trim();
  if (text === '' || text.length > LONGEST) return undefined;
  switch (type) {
    case 'number':
    case 'integer': {
      const number = Number(text);
      return Number.isFinite(number) && (type === 'number' || Number.isSafeInteger(number))
        ? number
        : undefined;
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'choice':
      return choices?.find((choice) => choice.toLowerCase() === text.toLowerCase());
    default:
      return text;
  }
}
