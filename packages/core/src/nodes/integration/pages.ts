import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import type { Json } from '../../language/json.ts';
import type { HttpRequest, HttpResponse } from '../../ports.ts';
import { readBody } from './answer.ts';
import { readPath } from './path.ts';

const path = () => z.string().min(1).max(300);

/** How a list that comes in pages is read. */
export const paginate = () =>
  z.strictObject({
    /** Where the list stands in each answer; `.` is all of it. */
    items: path(),
    next: z
      .union([
        z.literal('link'),
        z.strictObject({ url: path() }),
        z.strictObject({ query: z.string().min(1).max(200), from: path() }),
      ])
      .meta({
        description:
          '`link`: the header Link with rel=next; `{ url }`: where the next address stands in the answer; `{ query, from }`: a parameter, and where its next value stands.',
      }),
    /** Of the items. */
    most: z.int().min(1).max(1_000).default(100),
  });
type Paginate = z.output<ReturnType<typeof paginate>>;

const MOST_PAGES = 50;
/** Of all pages together. */
const MOST_BYTES = 5_000_000;
const MOST_MS = 120_000;

/**
 * Reads one page after the other, all at one origin, until there are no more or there is enough. What was read until a page
 * was refused is kept.
 */
export async function pagesOf(
  { items: at, next, most }: Paginate,
  request: HttpRequest,
  send: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<{ response: HttpResponse; more: { $items: Json[]; $more: boolean } }> {
  const items: Json[] = [];
  const seen = new Set<string>();
  const late = AbortSignal.timeout(MOST_MS);
  const signal = AbortSignal.any([late, ...(request.signal ? [request.signal] : [])]);
  let bytes = 0;
  for (let url = request.url; ;) {
    seen.add(url);
    const response = await send({ ...request, url, signal, maxBytes: MOST_BYTES - bytes });
    bytes += response.body.length;
    const answer = readBody(response);
    const isGood = response.status >= 200 && response.status < 300;
    const list = isGood ? readPath(answer, at) : [];
    if (!Array.isArray(list)) throw noList(at);
    items.push(...list);
    const following = isGood ? nextOf(next, { url, answer, link: response.headers['link'] }) : null;
    const isEnough = items.length >= most || seen.size >= MOST_PAGES || bytes >= MOST_BYTES;
    const isMore = items.length > most || (following !== null && !seen.has(following));
    if (following === null || seen.has(following) || isEnough)
      return { response, more: { $items: items.slice(0, most), $more: isMore } };
    url = following;
  }
}

function nextOf(
  next: Paginate['next'],
  { url, answer, link }: { url: string; answer: Json; link: string | undefined },
): string | null {
  if (next === 'link') return at(url, linkIn(link));
  if ('url' in next) return at(url, textOf(readPath(answer, next.url)));
  const value = textOf(readPath(answer, next.from));
  if (value === null) return null;
  const following = new URL(url);
  following.searchParams.set(next.query, value);
  return following.href;
}

/** An address that may be written from the page it stands on. It must stay at the origin that was asked. */
function at(url: string, address: string | null): string | null {
  if (address === null) return null;
  const { origin, host } = new URL(url);
  const following = URL.canParse(address, url) ? new URL(address, url) : undefined;
  if (following?.origin === origin) return following.href;
  throw new CrmflowError('forbidden', `${host} names a next page that is elsewhere. It was not read.`, {
    reason: 'other_host',
  });
}

/** The target of the first link that is the next, RFC 8288. */
function linkIn(header = ''): string | null {
  for (const [, target, parameters] of header.slice(0, 10_000).matchAll(/<([^<>]*)>([^<]*)/g))
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(parameters!)) return target!;
  return null;
}

/** What is empty, or false, leads nowhere. */
function textOf(value: Json): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

const noList = (where: string) =>
  new CrmflowError('provider_failed', `There is no list at ${where} of the answer. See paginate.items.`);
