import { CrmflowError, isOurFault } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { CrawlResult, KnowledgeItem, KnowledgeJob, Store } from '../store.ts';
import { NOTHING, type Crawl, type CrawlStep } from './crawl.ts';
import { MOST_ATTEMPTS, type Jobs, type Watched } from './jobs.ts';
import type { Taken } from './keeping.ts';
import type { KnowledgeProgress } from './news.ts';

interface Needs {
  store: Store;
  clock: Clock;
  jobs: Jobs;
  crawl(userId: string, crawl: Crawl, signal?: AbortSignal): AsyncGenerator<CrawlStep>;
  tell(userId: string, progress: KnowledgeProgress): void;
  report(cause: unknown, itemId: string): void;
}

/** Sites that one user may have read at once, by each process. */
const MOST_AT_ONCE = 3;

/** Crawls as jobs: the item of the first page says how far its crawl is and what came of it. */
export function createCrawling({ store: { knowledge }, clock, jobs, crawl, tell, report }: Needs) {
  const now = () => clock.now().toISOString();
  /** Item → its owner. */
  const underWay = new Map<string, string>();

  function mustBeFree(userId: string) {
    if ([...underWay.values()].filter((owner) => owner === userId).length >= MOST_AT_ONCE)
      throw new CrmflowError(
        'conflict',
        `${MOST_AT_ONCE} sites are being read for you. Wait until one of them is done.`,
      );
  }
  /** Reads on under the lease of the job. */
  async function during(
    item: KnowledgeItem,
    attempts: number,
    work: (watched: Watched) => Promise<void>,
  ): Promise<void> {
    underWay.set(item.id, item.userId);
    try {
      await jobs.during({ item, attempts }, work);
    } finally {
      underWay.delete(item.id);
    }
  }

  /** Ends the job with what came of it; the item may have been deleted meanwhile. */
  async function end({ id, userId, state }: KnowledgeItem, result: CrawlResult, done: number) {
    await knowledge.update(id, { progress: null, crawl: result }, now());
    tell(userId, { itemId: id, state, done, total: done });
  }

  /** Reads on to the end, or until the job is another's. */
  async function goOn(
    item: KnowledgeItem,
    steps: AsyncGenerator<CrawlStep>,
    { progress, signal }: Watched,
    began: Pick<CrawlStep, 'result' | 'progress'>,
  ) {
    let last = began;
    try {
      for await (last of steps) progress(last.progress);
    } catch (cause) {
      if (isOurFault(cause)) throw cause;
      const { message: reason } = CrmflowError.from(cause);
      const { failed, failures } = last.result;
      last.result = {
        ...last.result,
        failed: failed + 1,
        failures: [...failures, { url: item.url!, reason }],
      };
    }
    if (!signal.aborted) await end(item, last.result, last.progress.done);
  }

  return {
    /** Gives the first page as it is kept; the others are read on. @throws CrmflowError where the first cannot be */
    async begin(userId: string, source: Crawl): Promise<Taken> {
      mustBeFree(userId);
      const over = new AbortController();
      const steps = crawl(userId, source, over.signal);
      const { value: first } = (await steps.next()) as IteratorYieldResult<CrawlStep>;
      const { item, result, progress } = first;
      const change = result.added ? 'added' : result.changed ? 'changed' : 'unchanged';
      if (item.progress || underWay.has(item.id))
        throw new CrmflowError('conflict', 'The site is being read from this page already.');
      mustBeFree(userId);
      const job = { source, bytes: null, dueAt: jobs.lease() };
      const begun = knowledge.update(item.id, { progress, crawl: null }, now(), { job });
      during(item, 1, async (watched) => {
        await begun;
        watched.signal.addEventListener('abort', () => over.abort());
        await goOn(item, steps, watched, first);
      }).catch((cause: unknown) => report(cause, item.id));
      return { item: await begun, change };
    },
    /** Begins again at the first page: what was read before comes out as unchanged. */
    async restart({ attempts }: KnowledgeJob, source: Crawl, item: KnowledgeItem): Promise<void> {
      const begun = { result: NOTHING, progress: { done: 0, total: 1 } };
      if (attempts > MOST_ATTEMPTS) {
        const reason = `Reading the site was interrupted ${MOST_ATTEMPTS} times.`;
        return end(item, { ...NOTHING, failed: 1, failures: [{ url: source.url, reason }] }, 0);
      }
      await during(item, attempts, (watched) =>
        goOn(item, crawl(item.userId, source, watched.signal), watched, begun),
      );
    },
  };
}
