import type { Crmflow } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { orNull } from '../../or-null.ts';
import { allOf } from '../../pages.ts';
import { printable } from '../../printable.ts';
import type { Taken } from './each.ts';

type Named = Pick<Taken, 'id' | 'type' | 'name' | 'enabled'>;

/**
 * Settles what becomes of other items of the type and the name of one that is ready: they go, or are named. What the
 * same command has taken in stays, and so does everything while the one that is ready is disabled.
 */
export async function namesakesOf(
  { out }: Context,
  knowledge: Crmflow['knowledge'],
  { type, replace }: { type: Taken['type']; replace: boolean },
): Promise<(item: Taken) => Promise<void>> {
  let there: Named[] = await allOf((page) => knowledge.list({ ...page, type }));
  const taken = new Set<string>();
  return async (item) => {
    const { id, name, enabled } = item;
    taken.add(id);
    for (const other of there.filter((each) => each.name === name && each.id !== id))
      if (replace && enabled && !taken.has(other.id)) {
        await orNull(knowledge.remove({ id: other.id }));
        there = there.filter((each) => each !== other);
        out.talk(`The ${printable(name)} of before, ${other.id}, is deleted.`);
      } else if (enabled && other.enabled)
        out.talk(
          `Another item is called ${printable(name)}, and both are answered from. To delete it: crmflow kb delete ${other.id}, or next time --replace`,
        );
    if (!there.some((each) => each.id === id)) there.push(item);
  };
}
