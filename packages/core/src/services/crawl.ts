import { setTimeout as sleep } from 'node:timers/promises';
import { CrmflowError } from '../errors.ts';
import type { CrawlResult, KnowledgeItem, KnowledgeSource, Progress } from '../store.ts';
import type { Keeping } from './keeping.ts';
import { IS_PDF, isSkipped, refusal, withoutFragment, type WebPage, type WebPages } from './web-pages.ts';

export type Crawl = Extract<KnowledgeSource, { kind: 'crawl' }>;

interface Needs {
  keeping: Keeping;
  openPages(): WebPages;
  /** Milliseconds since any moment. */
  ticks(): number;
}
/** After each page. */
export interface CrawlStep {
  /** The item of the page it began at. */
  item: KnowledgeItem;
  progress: Progress;
  result: CrawlResult;
}
/** What has come of a crawl that has read nothing yet. */
export const NOTHING: CrawlResult = {
  ...{ added: 0, changed: 0, unchanged: 0, skipped: 0, failed: 0 },
  ...{ failures: [], skips: [] },
};
interface Place {
  url: string;
  depth: number;
}

/** A site that does not answer any more is left alone. */
const MOST_FAILURES_IN_A_ROW = 5;
/** Of those that failed, and of those that were skipped. */
const MOST_TOLD = 50;
const MOST_PAUSE_MS = 10_000;
/** Links to what is no page, by their names. */
const NO_PAGE =
  /\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|odp|epub|zip|gz|tgz|bz2|7z|rar|dmg|exe|msi|apk|iso|png|jpe?g|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|mov|avi|webm|wav|ogg|flac|css|js|mjs|json|xml|rss|atom|woff2?|ttf|eot)$/i;

/** Reads a site page by page, as far as its own links lead: one at a time, and as slowly as it answers or asks for. */
export function createCrawl({ keeping, openPages, ticks }: Needs) {
  /** Yields after each page that was read. @throws CrmflowError where the first of them cannot be kept, or no more fits */
  return async function* crawl(
    userId: string,
    { url: start, depth: deepest, pages: most }: Crawl,
    signal?: AbortSignal,
  ): AsyncGenerator<CrawlStep> {
    const site = openPages();
    const result = structuredClone(NOTHING);
    const from = ticks();
    const first = await site.read(start);
    let pauseMs = ticks() - from;
    const { item, change } = await keeping.keepPage(userId, first);
    result[change] += 1;
    const { origin } = new URL(first.url);
    const seen = new Set([withoutFragment(start), first.url]);
    const open: Place[] = [];
    let done = 1;
    let failuresInARow = 0;

    function follow({ links }: WebPage, depth: number) {
      if (depth > deepest) return;
      for (const link of links) {
        // Each that is open will be read or skipped, and counts either way: no more are needed.
        if (done + open.length >= most) return;
        const { origin: other, pathname } = new URL(link);
        const isPdf = /\.pdf$/i.test(pathname);
        if (other !== origin || seen.has(link) || (!isPdf && NO_PAGE.test(pathname))) continue;
        seen.add(link);
        if (isPdf) {
          result.skipped += 1;
          if (result.skips.length < MOST_TOLD) result.skips.push({ url: link, reason: IS_PDF });
          continue;
        }
        open.push({ url: link, depth });
      }
    }
    async function readOn({ url, depth }: Place): Promise<'added' | 'changed' | 'unchanged'> {
      const page = await site.read(url);
      if (page.url !== url && new URL(page.url).origin !== origin)
        throw refusal(`It leads to another site, ${page.url}.`, 'elsewhere');
      if (page.url !== url && seen.has(page.url)) throw refusal(`It is ${page.url}.`, 'elsewhere');
      seen.add(page.url);
      follow(page, depth + 1);
      if (!page.mayIndex) throw refusal('It does not want to be found (noindex).', 'not_for_machines');
      const { item: kept, change: outcome } = await keeping.keepPage(userId, page);
      if (kept.url !== page.url) throw refusal(`It says the same as ${kept.url ?? kept.name}.`, 'elsewhere');
      return outcome;
    }
    async function outcomeOf(place: Place): Promise<Exclude<keyof CrawlResult, 'failures' | 'skips'>> {
      try {
        return await readOn(place);
      } catch (cause) {
        const { code, message: reason } = CrmflowError.from(cause);
        // Nothing more fits either.
        if (code === 'too_large') throw cause;
        const [outcome, list] = isSkipped(cause)
          ? (['skipped', result.skips] as const)
          : (['failed', result.failures] as const);
        if (list.length < MOST_TOLD) list.push({ url: place.url, reason });
        return outcome;
      }
    }
    const step = (): CrawlStep => ({
      item,
      progress: { done, total: Math.min(most, done + open.length) },
      result: structuredClone(result),
    });

    follow(first, 1);
    yield step();
    for (let next = open.shift(); next && done < most; next = open.shift()) {
      await pause(Math.max(Math.min(pauseMs, MOST_PAUSE_MS), await site.delayMs(start)), signal);
      if (signal?.aborted) return;
      const began = ticks();
      const outcome = await outcomeOf(next);
      pauseMs = ticks() - began;
      done += 1;
      result[outcome] += 1;
      failuresInARow = outcome === 'failed' ? failuresInARow + 1 : 0;
      if (failuresInARow === MOST_FAILURES_IN_A_ROW) open.length = 0;
      yield step();
    }
  };
}

/** Over at once when it is aborted. */
const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  sleep(ms, undefined, signal && { signal }).catch(() => undefined);
