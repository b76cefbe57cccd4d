import { setTimeout as sleep } from 'node:timers/promises';
import { CrmflowError, type Crmflow } from '@crmflow/core/contract';
import type { Context, Reached } from '../../context.ts';
import { printable } from '../../printable.ts';
import { barOf, whileWaiting } from '../../spinner.ts';

export type Item = Awaited<ReturnType<Crmflow['knowledge']['get']>>;
type Knowledge = Crmflow['knowledge'];

const LOOK_MS = 200;
/** What takes longer is shown. */
const WAIT_S = 0.5;

/**
 * Takes something in and gives the item once nothing is under way for it any more; a person is shown how far it is.
 * Of what failed nothing is left. @throws CrmflowError with the reason
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
      const left = () => out.talk('It is kept, and read on by a server, or by the next: crmflow kb list');
      if (taken.progress) io.signal.addEventListener('abort', left, { once: true });
      const item = await untilDone(knowledge, taken, say);
      // What taking it in has done was said with the first answer.
      if (item.state !== 'failed') return { ...taken, ...item };
      await knowledge.remove({ id: item.id });
      throw new CrmflowError('unprocessable', item.reason ?? 'It could not be read.');
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
  return item;
}

/** What is missing in an item that is ready, to go on with after a sentence. */
export const lackIn = ({ reason }: Pick<Item, 'reason'>): string =>
  reason === null ? '' : ` ${printable(reason)}`;

/** How many pages of a site came out how. */
export const countsOf = ({
  failures: _failures,
  skips: _skips,
  ...counts
}: NonNullable<Item['crawl']>): string =>
  Object.entries(counts)
    .flatMap(([what, count]) => (count ? [`${count} ${what}`] : []))
    .join(', ');

/** What is being read, of the newest items. */
export async function underWay({ knowledge }: Pick<Crmflow, 'knowledge'>) {
  const { items } = await knowledge.list({ limit: 100 });
  return items.filter(({ progress }) => progress !== null);
}

/** Reads on what was cut off with an earlier process, where no server does so by itself. */
export async function readOn(context: Context, { api, tick }: Reached): Promise<void> {
  if (!(await tick())) return;
  for (const item of await underWay(api)) {
    context.out.talk(`${printable(item.name)} was interrupted: reading on.`);
    const done = await whileWaiting(
      (say) => untilDone(api.knowledge, { ...item, content: '' }, say),
      'Reading …',
      context,
    );
    const end =
      done.state === 'failed'
        ? `could not be read: ${printable(done.reason!)}`
        : `is taken in.${lackIn(done)}`;
    context.out.talk(`${printable(done.name)} ${end}`);
  }
}
