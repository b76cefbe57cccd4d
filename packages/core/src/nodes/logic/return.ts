import { z } from 'zod';
import { definePure } from '../node.ts';

export const returnNode = definePure({
  type: 'logic',
  kind: 'return',
  summary: 'Goes back to the jump or the subflow call that led here.',
  data: z.strictObject({}),
  ports: () => [],
  run: () => ({ kind: 'return' }),
});
