import { z } from 'zod';
import { variableName } from '../data.ts';
import { definePure, next } from '../node.ts';
import { variableTypes } from '../../language/types.ts';

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
    inputs.flatMap(({ name }, at) =>
      inputs.findIndex((other) => other.name === name) < at
        ? [{ field: `inputs.${at}.name`, message: `the input ${name} is declared twice` }]
        : [],
    ),
  run: () => next(),
});
