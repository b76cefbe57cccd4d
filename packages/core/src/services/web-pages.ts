import { CrmflowError, reasonOf } from '../errors.ts';
import type { Http, HttpResponse, Ids, PageNotes, Readers } from '../ports.ts';
import type { Read } from './sources.ts';

/** A page as it was read. */
export interface WebPage extends Read {
  /** After redirects, and as the page itself wants to be known. */
  url: string;
  /** Where it leads on the same site. */
  links: string[];
  /** Whether a machine that was not sent here may keep it. */
  mayIndex: boolean;
}
interface Needs {
  http: Http;
  readers: Readers;
  ids: Ids;
}
interface Fetched extends WebPage {
  canonical: string | null;
}

const AGENT = 'CRMFlow';
const PAGE_BYTES = 15_000_000;
const ROBOTS_BYTES = 500_000;
const TIMEOUT_MS = 20_000;
/** Whoever wants longer pauses is asked as slowly as this. */
const MOST_DELAY_MS = 10_000;

/** Why a page is none to keep, though nothing failed: in `details.reason`. */
const SKIP_REASONS = ['not_for_machines', 'no_page', 'elsewhere'] as const;
type SkipReason = (typeof SKIP_REASONS)[number];
export const isSkipped = (cause: unknown): boolean =>
  SKIP_REASONS.some((reason) => reason === reasonOf(cause));

/** Reads pages through the guarded door, as robots.txt allows (RFC 9309), which is asked once a visit. */
export function createWebPages({ http, readers, ids }: Needs) {
  const get = (url: string, maxBytes: number): Promise<HttpResponse> =>
    http.send({
      method: 'GET',
      url,
      headers: { 'user-agent': `${AGENT}/0.1`, accept: 'text/html, text/plain;q=0.9' },
      timeoutMs: TIMEOUT_MS,
      maxBytes,
    });

  return function visit() {
    const rules = new Map<string, Promise<Rules>>();
    const hashes = new Map<string, string>();

    function rulesOf(url: string): Promise<Rules> {
      const { origin } = new URL(url);
      const known = rules.get(origin) ?? fetchRules(origin, get);
      rules.set(origin, known);
      return known;
    }
    async function mustBeAllowed(url: string) {
      if (!(await rulesOf(url)).allow(url))
        throw refusal(
          `${hostOf(url)} does not want this page to be read by machines (robots.txt).`,
          'not_for_machines',
        );
    }

    async function fetched(asked: string): Promise<Fetched> {
      const { status, headers, body, url: at } = await get(asked, PAGE_BYTES);
      if (at !== asked) await mustBeAllowed(at);
      if (status < 200 || status > 299) throw refusal(`${hostOf(asked)} answered ${status}.`);
      const contentType = headers['content-type'] || 'text/html';
      if (!/^(?:text\/|application\/xhtml)/i.test(contentType))
        throw refusal(
          /^application\/pdf/i.test(contentType) ? IS_PDF : `It is no page but ${contentType.split(';')[0]}.`,
          'no_page',
        );
      const url = withoutFragment(at);
      const document = /html/i.test(contentType)
        ? await readers.html(body, contentType, url)
        : await readers.text(body);
      const { mayIndex, links } = wishesOf(document.page, headers['x-robots-tag']);
      const canonical = document.page?.canonical ?? null;
      const hash = ids.hash(`web\n${document.text}`);
      return { document, hash, url, mayIndex, links: links.filter(isOn(url)), canonical };
    }

    /** A page that says it is another is that one, if the other says the same. */
    async function settled({ canonical, ...page }: Fetched): Promise<WebPage> {
      hashes.set(page.url, page.hash);
      if (canonical === null || !isOn(page.url)(canonical)) return page;
      const other = withoutFragment(canonical);
      if (other === page.url) return page;
      if (!hashes.has(other)) {
        const found = await mustBeAllowed(other)
          .then(() => fetched(other))
          .catch(() => null);
        hashes.set(other, found?.url === other ? found.hash : '');
      }
      return hashes.get(other) === page.hash ? { ...page, url: other } : page;
    }

    return {
      /** @throws CrmflowError with the reason why there is nothing to keep */
      async read(url: string): Promise<WebPage> {
        try {
          await mustBeAllowed(url);
          return await settled(await fetched(url));
        } catch (cause) {
          throw asGiven(cause, url);
        }
      },
      /** How long the site wants to be left alone between two pages. */
      delayMs: async (url: string) => Math.min(MOST_DELAY_MS, (await rulesOf(url)).delayMs),
    };
  };
}
export type WebPages = ReturnType<ReturnType<typeof createWebPages>>;

interface Rules {
  allow(url: string): boolean;
  delayMs: number;
}

/** Without the file all is allowed; with a server that fails, nothing. */
async function fetchRules(
  origin: string,
  get: (url: string, maxBytes: number) => Promise<HttpResponse>,
): Promise<Rules> {
  const at = `${origin}/robots.txt`;
  const { status, body } = await get(at, ROBOTS_BYTES);
  if (status >= 400) return { allow: () => status < 500, delayMs: 0 };
  const { default: robotsParser } = await import('robots-parser');
  const robot = robotsParser(at, new TextDecoder().decode(body));
  return {
    allow: (url) => robot.isAllowed(url, AGENT) ?? true,
    delayMs: (robot.getCrawlDelay(AGENT) ?? 0) * 1000,
  };
}

/** What a page says to machines, in itself and in its header. */
function wishesOf(page: PageNotes | undefined, header = ''): Pick<WebPage, 'mayIndex' | 'links'> {
  const isNone = /\bnone\b/i.test(header);
  const mayFollow = page?.mayFollow !== false && !isNone && !/\bnofollow\b/i.test(header);
  return {
    mayIndex: page?.mayIndex !== false && !isNone && !/\bnoindex\b/i.test(header),
    links: mayFollow ? (page?.links ?? []) : [],
  };
}

/** A site that is away is what was given, not what is wrong here. */
function asGiven(cause: unknown, url: string): unknown {
  if (!(cause instanceof CrmflowError) || !['unavailable', 'provider_failed'].includes(cause.code))
    return cause;
  const sentence = `${hostOf(url)} cannot be read now: ${cause.message}`;
  return new CrmflowError('unprocessable', sentence, undefined, { cause });
}

/** It names a place in the page, not another page. */
export const withoutFragment = (url: string) => Object.assign(new URL(url), { hash: '' }).href;
const isOn = (url: string) => (other: string) => new URL(other).origin === new URL(url).origin;
const hostOf = (url: string) => new URL(url).host;
/** Also said of a link to one. */
export const IS_PDF = 'It is no page but a PDF. Download it, and add the file: crmflow kb add-pdf <file>';
export const refusal = (sentence: string, reason?: SkipReason) =>
  new CrmflowError('unprocessable', sentence, reason && { reason });
