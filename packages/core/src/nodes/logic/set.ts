import { z } from 'zod';
import { merged } from '../../language/variables.ts';
import { expression, variableName } from '../data.ts';
import { definePure, next } from '../node.ts';

export const set = definePure({
  type: 'logic',
  kind: 'set',
  summary: 'Sets variables, in order; each value is an expression and sees the ones before it.',
  data: z.strictObject({ values: z.record(variableName(), expression()) }),
  sets: ({ values }, declared) =>
    Object.entries(values).map(([name, value]) => [name, value.typeIn(declared)] as const),
  run({ values }, { scope }) {
    const known = merged(scope.variables);
    const fresh = merged();
    for (const [name, value] of Object.entries(values))
      known[name] = fresh[name] = value.evaluate({ ...scope, variables: known });
    return next({ set: fresh });
  },
});
