import type { Services } from '../contract/index.ts';
import type { Actor } from '../contract/operation.ts';
import { CrmflowError, isOurFault, notFound } from '../errors.ts';
import type { Clock, Http, Ids, Readers, Sealer } from '../ports.ts';
import type { KnowledgeItem, KnowledgeJob, KnowledgeSummary, Store } from '../store.ts';
import { createCrawl } from './crawl.ts';
import { createCrawling } from './crawling.ts';
import { createJobs } from './jobs.ts';
import { createKeeping, cut, type Taken } from './keeping.ts';
import type { Library } from './library.ts';
import type { Skills } from './skills.ts';
import type { KnowledgeProgress } from './news.ts';
import { createSources, nobodyListens, type Given } from './sources.ts';
import { createTaking } from './taking.ts';
import { safeName } from './visitor-files.ts';
import type { Vectors } from './vectors.ts';
import { createWebPages } from './web-pages.ts';
import { ownerOf } from './workflows.ts';

interface Needs {
  store: Store;
  ids: Ids;
  clock: Clock;
  ticks(): number;
  http: Http;
  readers: Readers;
  sealer: Sealer;
  library: Library;
  skills: Pick<Skills, 'listenerOf'>;
  vectors: Vectors;
  tell(userId: string, progress: KnowledgeProgress): void;
  report(cause: unknown, itemId: string): void;
}

/** Each takes a core while it is read. */
const JOBS_AT_ONCE = 2;

export function createKnowledge(needs: Needs): Services['knowledge'] & {
  /** Begins again what was cut off with its process. Gives how many. */
  restart(): Promise<number>;
  /** Makes all that was cut off due at once, when no other process works here. */
  release(): Promise<void>;
} {
  const { store, ids, clock, library, skills, vectors, report } = needs;
  const { knowledge } = store;
  const openPages = createWebPages(needs);
  const sources = createSources({ ...needs, openPages });
  const jobs = createJobs(needs);
  const keeping = createKeeping(needs);
  const taking = createTaking({ ...needs, sources, keeping, jobs });
  const crawl = createCrawl({ ...needs, keeping, openPages });
  const crawling = createCrawling({ ...needs, jobs, crawl });

  let restarted = 0;

  async function take(actor: Actor, given: Given, wait?: number) {
    const userId = ownerOf(actor);
    const taken = await taking.take(userId, given, wait === undefined ? undefined : wait * 1000);
    // What is not ready yet gets its vectors when it is searched for.
    if (taken.item.state === 'ready') await vectors.follow(userId);
    return takenView(taken);
  }

  async function owned(actor: Actor, id: string): Promise<KnowledgeItem> {
    const item = await knowledge.get(id);
    if (item?.userId !== ownerOf(actor)) throw notFound('knowledge item', id);
    return item;
  }

  async function begin(job: KnowledgeJob): Promise<void> {
    const item = await knowledge.get(job.itemId);
    if (!item) return;
    if (job.source.kind === 'crawl') await crawling.restart(job, job.source, item);
    else await taking.restart(job, item);
  }

  return {
    async list(actor, { type, state, ...page }) {
      const { items, nextCursor } = await knowledge.list(ownerOf(actor), page, {
        ...(type && { type }),
        ...(state && { state }),
      });
      return { items: items.map(summaryOf), nextCursor };
    },
    async search(actor, { q, limit }) {
      const found = await library.search(ownerOf(actor), q, { limit });
      const items = found.map(({ itemId, name, url, passage: { start, end, page, text }, score }) => ({
        itemId,
        source: name,
        start,
        end,
        page,
        url,
        text,
        score,
      }));
      return { items, nextCursor: null };
    },
    get: async (actor, { id }) => viewOf(await owned(actor, id)),
    manual: (actor, { question, answer }) =>
      take(actor, { source: { kind: 'manual', question, answer }, bytes: null }),
    pdf: (actor, { file: { name, bytes }, password, wait }) =>
      take(
        actor,
        {
          source: {
            kind: 'pdf',
            name: safeName(name),
            password: password === undefined ? null : sources.seal(password),
          },
          bytes,
        },
        wait,
      ),
    file: (actor, { file: { name, mimeType, bytes }, wait }) =>
      take(actor, { source: { kind: 'file', name: safeName(name), mimeType }, bytes }, wait),
    async scrape(actor, { url, crawl: wanted, wait }) {
      if (!wanted) return take(actor, { source: { kind: 'web', url }, bytes: null }, wait);
      return takenView(await crawling.begin(ownerOf(actor), { kind: 'crawl', url, ...wanted }));
    },
    async voice(actor, { file: { name, mimeType, bytes }, wait }) {
      const userId = ownerOf(actor);
      if (!(await skills.listenerOf(userId))) throw nobodyListens();
      if (!/^(?:audio|video)\//.test(mimeType))
        throw new CrmflowError(
          'unprocessable',
          `It is no recording but ${mimeType || 'of no kind that was said'}.`,
        );
      return take(actor, { source: { kind: 'voice', name: safeName(name), mimeType, userId }, bytes }, wait);
    },
    async update(actor, { id, name, content: sent, enabled }) {
      const item = await owned(actor, id);
      // What was read and is sent back as it is keeps its pages.
      const content = sent === item.content ? undefined : sent;
      const patch = {
        ...(name !== undefined && { name }),
        ...(enabled !== undefined && { enabled }),
        ...(content !== undefined && {
          content,
          hash: ids.hash(`${item.type}\n${name ?? item.name}\n${content}`),
        }),
      };
      const passages = content === undefined ? undefined : await cut(id, { text: content, pages: [] });
      const characters = (content ?? item.content).length - item.content.length;
      const save = () => knowledge.update(id, patch, clock.now().toISOString(), passages && { passages });
      return viewOf(
        await (characters > 0 ? keeping.within(item.userId, { items: 0, characters }, save) : save()),
      );
    },
    async remove(actor, { id }) {
      await owned(actor, id);
      await knowledge.remove(id);
      return {};
    },
    async restart() {
      if (restarted >= JOBS_AT_ONCE) return 0;
      const claimed = await jobs.claim(JOBS_AT_ONCE - restarted);
      restarted += claimed.length;
      for (const job of claimed)
        begin(job)
          .catch((cause: unknown) => {
            // Any other reason stands in the item, and was told.
            if (isOurFault(cause)) report(cause, job.itemId);
          })
          .finally(() => (restarted -= 1));
      return claimed.length;
    },
    release: jobs.release,
  };
}

const summaryOf = ({ userId: _userId, hash: _hash, ...item }: KnowledgeSummary) => item;
const viewOf = ({ userId: _userId, hash: _hash, ...item }: KnowledgeItem) => ({
  ...item,
  size: item.content.length,
});
const takenView = ({ item, change }: Taken) => ({ ...viewOf(item), change });
