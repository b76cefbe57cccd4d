import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import { merged } from '../../language/variables.ts';
import { expression, variableName } from '../data.ts';
import { definePure, next, type Loop, type Outcome } from '../node.ts';

const Data = z.strictObject({
  /** The list to go through, as it is on entry. */
  list: expression('list'),
  item: variableName().default('item'),
  /** Counts from 0. */
  index: variableName().optional(),
});

export const each = definePure({
  type: 'logic',
  kind: 'each',
  summary: 'Goes the way `item` once for each item of a list, then `done`. A path that ends comes back here.',
  data: Data,
  ports: () => ['item', 'done'],
  sets: ({ item, index }) => [[item, 'any'] as const, ...(index ? [[index, 'number'] as const] : [])],
  run(data, { scope, loop }) {
    if (loop) return take(data, { items: loop.items, index: loop.index + 1 });
    const items = data.list.evaluate(scope);
    if (!Array.isArray(items)) throw new CrmflowError('unprocessable', `${data.list.source} is not a list.`);
    return take(data, { items, index: 0 });
  },
});

function take({ item, index }: z.output<typeof Data>, loop: Loop): Outcome {
  if (loop.index >= loop.items.length) return next({ port: 'done', loop: null });
  return next({
    port: 'item',
    loop,
    set: merged({ [item]: loop.items[loop.index]!, ...(index && { [index]: loop.index }) }),
  });
}
