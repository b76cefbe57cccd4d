import { z } from 'zod';
import { expression } from '../data.ts';
import { definePure, next } from '../node.ts';
import { portName } from '../port.ts';

export const condition = definePure({
  type: 'logic',
  kind: 'condition',
  summary: 'Goes the way of the first case that holds, else `else`.',
  data: z.strictObject({
    cases: z
      .array(z.strictObject({ when: expression('boolean'), port: portName() }))
      .min(1)
      .max(100),
  }),
  ways: 'the `port` of each of `cases`; `else`',
  ports: ({ cases }) => [...new Set(cases.map(({ port }) => port)), 'else'],
  run({ cases }, { scope }) {
    const first = cases.find(({ when }) => when.evaluate(scope) === true);
    return next({ port: first ? first.port : 'else' });
  },
});
