import { z } from 'zod';
import { operation, Upload } from './operation.ts';
import { pageOf, PageQuery } from './page.ts';

export const knowledgeTypes = ['pdf', 'web', 'manual', 'voice', 'file'] as const;
export const knowledgeStates = ['processing', 'ready', 'failed'] as const;

/** Pages, of a PDF or of a site; `total` as far as it is known by now. */
const Progress = z.object({ done: z.int(), total: z.int() });
/** How many pages of a site came out how. */
const CrawlResult = z.object({
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  /** What is no page, says the same as another, stands elsewhere, or is not for machines. */
  skipped: z.int(),
  failed: z.int(),
  /** Which failed, and why: the first fifty. */
  failures: z.array(z.object({ url: z.string(), reason: z.string() })),
  /** Which were skipped, and why: the first fifty. */
  skips: z.array(z.object({ url: z.string(), reason: z.string() })),
});

/** A knowledge item in a list. */
export const KnowledgeItemView = z.object({
  id: z.string(),
  type: z.enum(knowledgeTypes),
  /** The question, the file's name, the page's title. */
  name: z.string(),
  state: z.enum(knowledgeStates),
  /** Why it failed; of what is ready, what is missing in it. */
  reason: z.string().nullable(),
  /** The page it was read from, for `web`. */
  url: z.string().nullable(),
  /** Of its text, in characters. */
  size: z.int(),
  /** Whether it is retrieved. */
  enabled: z.boolean(),
  /** How far its reading is, or the crawl that began at it; null when nothing is under way. */
  progress: Progress.nullable(),
  /** What came of the last crawl that began at it. */
  crawl: CrawlResult.nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export const KnowledgeView = KnowledgeItemView.extend({
  /** The text; of a `manual` item the answer. */
  content: z.string(),
});
/** A knowledge item as it was taken in. */
export const TakenView = KnowledgeView.extend({
  /** `unchanged`: the same was there already. */
  change: z.enum(['added', 'changed', 'unchanged']),
});
export const PassageView = z.object({
  itemId: z.string(),
  /** What the item is called. */
  source: z.string(),
  /** Where in the item: characters from the start of `content`. */
  start: z.int(),
  end: z.int(),
  /** The page of a PDF, from 1. */
  page: z.int().nullable(),
  url: z.string().nullable(),
  text: z.string(),
  /** 0 to 1; higher fits better. */
  score: z.number(),
});

const Id = z.strictObject({ id: z.string().min(1).max(200) });
const readOnly = {
  type: z.unknown().optional(),
  state: z.unknown().optional(),
  reason: z.unknown().optional(),
  url: z.unknown().optional(),
  size: z.unknown().optional(),
  progress: z.unknown().optional(),
  crawl: z.unknown().optional(),
  change: z.unknown().optional(),
  createdAt: z.unknown().optional(),
  updatedAt: z.unknown().optional(),
};
const name = z.string().min(1).max(500);
const taken = { access: 'user', method: 'post', status: 201, output: TakenView } as const;
/** Seconds to wait until it is ready, 10 unless said; an answer before that says `processing`. */
const wait = z.coerce.number<number>().min(0).max(10).optional();

export const knowledge = {
  list: operation({
    summary: 'List what your flows may answer from, newest first',
    method: 'get',
    path: '/knowledge',
    access: 'user',
    input: z.strictObject({
      ...PageQuery,
      type: z.enum(knowledgeTypes).optional(),
      state: z.enum(knowledgeStates).optional(),
    }),
    output: pageOf(KnowledgeItemView),
  }),
  search: operation({
    summary: 'Search your knowledge, best passage first',
    method: 'get',
    path: '/knowledge/search',
    access: 'user',
    input: z.strictObject({
      q: z.string().min(1).max(2_000),
      limit: z.coerce.number().int().min(1).max(50).default(5),
    }),
    output: z.object({ items: z.array(PassageView), nextCursor: z.null() }),
  }),
  get: operation({
    summary: 'Read a knowledge item with its text',
    method: 'get',
    path: '/knowledge/:id',
    access: 'user',
    input: Id,
    output: KnowledgeView,
  }),
  manual: operation({
    ...taken,
    summary: 'Add a question and its answer',
    path: '/knowledge/manual',
    input: z.strictObject({
      question: z.string().trim().min(1).max(500),
      answer: z.string().trim().min(1).max(50_000),
    }),
    example: { question: 'When are you open?', answer: 'Monday to Friday, 9 to 17.' },
  }),
  pdf: operation({
    ...taken,
    summary: 'Add a PDF',
    path: '/knowledge/pdf',
    upload: 'file',
    input: z.strictObject({ file: Upload, password: z.string().max(200).optional(), wait }),
  }),
  scrape: operation({
    ...taken,
    summary: 'Add a web page, or the pages of a site',
    path: '/knowledge/scrape',
    input: z.strictObject({
      url: z.url({ protocol: /^https?$/, error: 'This is not a web address.' }).max(2_000),
      /**
       * Reads on where its links lead on the same site, each page an item of its own. The answer is the first page; its
       * `progress` is null again when all are read, and `crawl` says what came of it.
       */
      crawl: z
        .strictObject({
          /** How many links away from the first page. */
          depth: z.int().min(1).max(5).default(2),
          /** How many pages at most. */
          pages: z.int().min(1).max(500).default(50),
        })
        .optional(),
      wait,
    }),
    example: { url: 'https://example.com/opening-hours' },
  }),
  file: operation({
    ...taken,
    summary: 'Add a text, Markdown or HTML file',
    path: '/knowledge/file',
    upload: 'file',
    input: z.strictObject({ file: Upload, wait }),
  }),
  voice: operation({
    ...taken,
    summary: 'Add what is said in a recording',
    path: '/knowledge/voice',
    upload: 'file',
    asksModel: true,
    input: z.strictObject({ file: Upload, wait }),
  }),
  update: operation({
    summary: 'Rename, correct, enable or disable a knowledge item',
    method: 'put',
    path: '/knowledge/:id',
    access: 'user',
    input: z.strictObject({
      ...Id.shape,
      name: name.optional(),
      content: z.string().max(5_000_000).optional(),
      enabled: z.boolean().optional(),
      ...readOnly,
    }),
    output: KnowledgeView,
    example: { id: 'clx0', enabled: false },
  }),
  remove: operation({
    summary: 'Delete a knowledge item',
    method: 'delete',
    path: '/knowledge/:id',
    access: 'user',
    status: 204,
    input: Id,
    output: z.object({}),
  }),
};
