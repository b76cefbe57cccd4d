import type { Crmflow } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { orNull } from '../../or-null.ts';
import { allOf } from '../../pages.ts';
import { printable } from '../../printable.ts';
import type { Taken } from './each.ts';

type Named = Pick<Taken, 'id' | 'type' | 'name' | 'enabled'>;

/**
 * Settles what becomes of other items of the type and the name of one that is ready: the one that is
 * older goes, or they are named. What the same command has taken in stays, and so does everything while the one that is
 * ready is disabled.
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
    const others = there.filter((each) => each.name === name && each.id !== id);
    const older = others.filter((each) => !taken.has(each.id));
    if (replace && enabled && older.length === 1) {
      const [{ id: old }] = older as [Named];
      await orNull(knowledge.remove({ id: old }));
      there = there.filter((each) => each.id !== old);
      out.talk(`The ${printable(name)} of before, ${old}, is deleted.`);
    } else if (enabled && others.some((each) => each.enabled)) out.talk(sharedName(name, others, replace));
    if (!there.some((each) => each.id === id)) there.push(item);
  };
}

/** Which of several is replaced is not for us to guess: two files may have one title. */
function sharedName(name: string, others: readonly Named[], replace: boolean): string {
  const ids = others.map(({ id }) => id).join(', ');
  const [one, now] =
    others.length === 1
      ? ['Another item is', `crmflow kb delete ${ids}${replace ? '' : ', or next time --replace'}`]
      : [`${others.length} others are`, `crmflow kb delete <id>, one of ${ids}`];
  return `${one} called ${printable(name)}, and all are answered from. To delete it: ${now}`;
}
