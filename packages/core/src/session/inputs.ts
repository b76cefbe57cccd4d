import { CrmflowError } from '../errors.ts';
import { isTime, readMoment } from '../language/calendar.ts';
import { isMap, part, type Json } from '../language/json.ts';
import type { VariableType } from '../language/types.ts';
import { merged } from '../language/variables.ts';
import { TriggerData } from '../nodes/trigger/inputs.ts';
import type { Plan } from '../workflow/flow.ts';

/** What a workflow begins with: what it was given, and the defaults of what it was not. Refuses what its trigger does not declare. */
export function inputsOf(
  { trigger, steps }: Plan,
  given: Readonly<Record<string, Json>>,
): Record<string, Json> {
  const { inputs } = TriggerData.parse(steps.get(trigger)!.data);
  const declared = new Map(inputs.map((input) => [input.name, input]));
  for (const name of Object.keys(given))
    if (!declared.has(name))
      throw new CrmflowError(
        'invalid_input',
        `The workflow declares no input ${name}. ${inputs.length ? `It takes: ${[...declared.keys()].join(', ')}.` : 'It takes none.'}`,
      );
  const entries = inputs.flatMap(({ name, type, default: fallback, required }): [string, Json][] => {
    const value = part(given, name) ?? fallback;
    if (value === undefined && required)
      throw new CrmflowError('invalid_input', `The input ${name} (${type}) is missing.`);
    if (value === undefined) return [];
    if (!fits[type](value))
      throw new CrmflowError(
        'invalid_input',
        `The input ${name} must be a ${type}, not ${JSON.stringify(value)}.`,
      );
    return [[name, value]];
  });
  return merged(Object.fromEntries(entries));
}

const isText = (value: Json) => typeof value === 'string';
const isDate = (text: string) => /^.{10}$/.test(text) && readMoment(text, 'UTC') !== undefined;
const fits: Record<VariableType, (value: Json) => boolean> = {
  text: isText,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  date: (value) => isText(value) && isDate(String(value)),
  time: (value) => isText(value) && /^.{5}$/.test(String(value)) && isTime(String(value)),
  list: (value) => Array.isArray(value),
  map: (value) => isMap(value),
  any: () => true,
};
