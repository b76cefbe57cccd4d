import { z } from 'zod';
import { variableName } from '../data.ts';
import { isTime, readMoment } from '../../language/calendar.ts';
import type { Json } from '../../language/json.ts';
import { fits, IN_WORDS, typeOf, variableTypes, type VariableType } from '../../language/types.ts';

const Input = z.strictObject({
  name: variableName(),
  type: z.enum(variableTypes).default('text'),
  /** Used when none is given. */
  default: z.json().optional(),
  required: z.boolean().default(false),
  /** What it is for, for the person who starts the workflow. */
  label: z.string().max(200).optional(),
});

/** What any trigger may declare, whatever its kind: read when a session starts. */
export const inputs = () => z.array(Input).max(100).default([]);
export const TriggerData = z.object({ inputs: inputs() });
type TriggerData = z.output<typeof TriggerData>;

export const inputTypes = ({ inputs: declared }: TriggerData) =>
  declared.map(({ name, type }) => [name, type] as const);

export const inputProblems = ({ inputs: declared }: TriggerData) =>
  declared.flatMap(({ name, type, default: given }, at) => [
    ...(declared.findIndex((other) => other.name === name) < at
      ? [{ field: `inputs.${at}.name`, message: `the input ${name} is declared twice` }]
      : []),
    ...(given === undefined || suits(given, type)
      ? []
      : [
          {
            field: `inputs.${at}.default`,
            message: `${JSON.stringify(given)} is not ${IN_WORDS[type]}${EXAMPLES[type] ?? ''}`,
          },
        ]),
  ]);

const EXAMPLES: { readonly [type in VariableType]?: string } = {
  date: ', such as 2026-03-05',
  time: ', such as 14:30',
};

function suits(value: Json, type: VariableType): boolean {
  if (type === 'any') return true;
  if (value === null || !fits(typeOf(value), type)) return false;
  const text = String(value);
  if (type === 'date') return text.length === 'YYYY-MM-DD'.length && readMoment(text, 'UTC') !== undefined;
  return type !== 'time' || (text.length === 'HH:MM'.length && isTime(text));
}
