import { z } from 'zod';
import { merged } from '../../language/variables.ts';
import { expression, variableName } from '../data.ts';
import { definePure } from '../node.ts';

const Data = z.strictObject({
  workflow: z.string().min(1).max(300).meta({
    description:
      'The id or the name of a stored workflow; in a file, the path of another one: ./guest.workflow.yaml.',
  }),
  /** Its inputs, each an expression here. */
  inputs: z.record(variableName(), expression()).default({}),
  /** A variable here ← a variable there. */
  results: z.record(variableName(), variableName()).default({}),
});
export type SubflowData = z.output<typeof Data>;

export const subflow = definePure({
  type: 'logic',
  kind: 'subflow',
  summary:
    'Runs another workflow and comes back, inputs in, results out; goes by the port named like its outcome where that is wired.',
  data: Data,
  ways: '`out`; one named like each outcome of what it calls',
  sets: ({ results }) => Object.keys(results).map((name) => [name, 'any']),
  run({ workflow, inputs, results }, { scope }) {
    const given = merged();
    for (const [name, value] of Object.entries(inputs)) given[name] = value.evaluate(scope);
    return { kind: 'call', workflow, inputs: given, results };
  },
});
