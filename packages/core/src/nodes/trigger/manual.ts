import { z } from 'zod';
import { variableName } from '../data.ts';
import { definePure, next } from '../node.ts';
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

/** What a manual trigger declares: read when a session starts. */
export const TriggerData = z.strictObject({ inputs: z.array(Input).max(100).default([]) });

export const manual = definePure({
  type: 'trigger',
  kind: 'manual',
  summary: 'Where a workflow begins; declares what it may be started with.',
  data: TriggerData,
  sets: ({ inputs }) => inputs.map(({ name, type }) => [name, type]),
  problems: ({ inputs }) =>
    inputs.flatMap(({ name, type, default: given }, at) => [
      ...(inputs.findIndex((other) => other.name === name) < at
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
    ]),
  run: () => next(),
});

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
