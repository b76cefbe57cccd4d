import type { Context } from '../../context.ts';
import { printable } from '../../printable.ts';
import { wrongUse } from '../../wrong-use.ts';
import { eachOf, sentenceOf } from './each.ts';
import { countsOf, takeIn, type Item } from './reading.ts';

interface Options {
  depth?: number;
  pages?: number;
}

/** Reads an option that counts. */
export const countFrom = (option: string) => (text: string) => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw wrongUse(`${option} ${text}: write a whole number from 1.`);
  return count;
};

/** Adds web pages, or those of whole sites. One that cannot be read does not keep the others from it. */
export async function addUrl(
  context: Context,
  urls: readonly string[],
  { depth, pages }: Options,
): Promise<number> {
  const { out } = context;
  const { knowledge } = (await context.open()).api;
  const isCrawl = depth !== undefined || pages !== undefined;
  const crawl = isCrawl
    ? { crawl: { ...(depth !== undefined && { depth }), ...(pages !== undefined && { pages }) } }
    : {};
  return eachOf(context, urls, async (url, print) => {
    const item = await takeIn(context, knowledge, (wait) => knowledge.scrape({ url, ...crawl, wait }));
    print(item);
    if (isCrawl) summarize(context, item);
    else out.talk(sentenceOf(item, item.change));
  });
}

/** What came of each page of a site. */
function summarize({ out }: Context, { name, crawl }: Item): void {
  if (!crawl) return out.talk(`${printable(name)} is taken in; its site is read by another process.`);
  out.talk(`${printable(name)} and the pages it leads to: ${countsOf(crawl)}.`);
  for (const { url, reason } of [...crawl.failures, ...crawl.skips])
    out.talk(`  ${printable(url)}: ${printable(reason)}`);
}
