import { setTimeout as sleep } from 'node:timers/promises';
import { CrmflowError, type Crmflow } from '@crmflow/core/contract';
import type { Context, Reached } from '../../context.ts';
import { printable } from '../../printable.ts';
import { barOf, whileWaiting } from '../../spinner.ts';

export type Item = Awaited<ReturnType<Crmflow['knowledge']['get']>>;
type Knowledge = Crmflow['knowledge'];

const LOOK_MS = 250;
/** Who begins late to read is shown to, early. */
const WAIT_S = 1;

/**
 * Takes something in and gives the item once nothing is under way for it any more; a person is shown how far it is.
 * @throws CrmflowError with the reason why it failed
 */
export function takeIn<T extends Item>(
  context: Context,
  knowledge: Knowledge,
  begin: (wait: number) => Promise<T>,
): Promise<T> {
  const { io, out } = context;
  return whileWaiting(
    async (say) => {
      const taken = await begin(WAIT_S);
      const left = () => out.talk('It is read on all the same. See: crmflow kb list');
      if (taken.progress) io.signal.addEventListener('abort', left, { once: true });
      // What taking it in has done was said with the first answer.
      return { ...taken, ...(await untilDone(knowledge, taken, say)) };
    },
    'Reading …',
    context,
  );
}

async function untilDone(knowledge: Knowledge, begun: Item, say: (text: string) => void): Promise<Item> {
  let item = begun;
  for (; item.progress !== null; item = await knowledge.get({ id: item.id })) {
    say(`Reading ${printable(item.name)} ${barOf(item.progress)}`);
    await sleep(LOOK_MS);
  }
  if (item.state === 'failed')
    throw new CrmflowError('unprocessable', `${item.name}: ${item.reason ?? 'it could not be read.'}`);
  return item;
}

/** How many pages of a site came out how. */
export const countsOf = ({ failures: _failures, ...counts }: NonNullable<Item['crawl']>): string =>
  Object.entries(counts)
    .flatMap(([what, count]) => (count ? [`${count} ${what}`] : []))
    .join(', ');

/** Reads on what was cut off with an earlier process, where no server does so by itself. */
export async function readOn(context: Context, { api, tick }: Reached): Promise<void> {
  if (!(await tick())) return;
  const { items } = await api.knowledge.list({ limit: 100 });
  for (const item of items.filter(({ progress }) => progress !== null)) {
    context.out.talk(`${printable(item.name)} was interrupted: reading on.`);
    const done = await whileWaiting(
      (say) => untilDone(api.knowledge, { ...item, content: '' }, say),
      'Reading …',
      context,
    ).catch((cause: unknown) => context.out.talk(printable(CrmflowError.from(cause).message)));
    if (done) context.out.talk(`${printable(done.name)} is taken in.`);
  }
}
