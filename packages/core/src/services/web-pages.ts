import { CrmflowError } from '../errors.ts';
import type { Http, HttpResponse } from '../ports.ts';

export interface WebPage {
  /** After redirects. */
  url: string;
  body: Uint8Array;
  contentType: string;
}

const AGENT = 'CRMFlow';
const PAGE_BYTES = 15_000_000;
const ROBOTS_BYTES = 500_000;
const TIMEOUT_MS = 20_000;

/** Fetches pages through the guarded door, as robots.txt allows (RFC 9309). */
export function createPages(http: Http) {
  const get = (url: string, maxBytes: number): Promise<HttpResponse> =>
    http.send({
      method: 'GET',
      url,
      headers: { 'user-agent': `${AGENT}/0.1`, accept: 'text/html, text/plain;q=0.9' },
      timeoutMs: TIMEOUT_MS,
      maxBytes,
    });

  /** Without the file all is allowed; with a server that fails, nothing. */
  async function mayFetch(url: string): Promise<boolean> {
    const robots = new URL('/robots.txt', url).href;
    const { status, body } = await get(robots, ROBOTS_BYTES);
    if (status >= 500) return false;
    if (status >= 400) return true;
    const { default: robotsParser } = await import('robots-parser');
    return robotsParser(robots, new TextDecoder().decode(body)).isAllowed(url, AGENT) ?? true;
  }

  return async (url: string): Promise<WebPage> => {
    try {
      if (!(await mayFetch(url)))
        throw refusal(`${hostOf(url)} does not want this page to be read by machines (robots.txt).`);
      const { status, headers, body, url: at } = await get(url, PAGE_BYTES);
      if (at !== url && !(await mayFetch(at)))
        throw refusal(`${hostOf(at)} does not want this page to be read by machines (robots.txt).`);
      if (status < 200 || status > 299) throw refusal(`${hostOf(url)} answered ${status}.`);
      const contentType = headers['content-type'] ?? '';
      if (contentType && !/^(?:text\/|application\/xhtml)/i.test(contentType))
        throw refusal(`It is no page but ${contentType.split(';')[0]}.`);
      return { url: withoutFragment(at), body, contentType: contentType || 'text/html' };
    } catch (cause) {
      // A site that is away is what was given, not what is wrong here.
      if (cause instanceof CrmflowError && (cause.code === 'unavailable' || cause.code === 'provider_failed'))
        throw new CrmflowError(
          'unprocessable',
          `${hostOf(url)} cannot be read now: ${cause.message}`,
          undefined,
          { cause },
        );
      throw cause;
    }
  };
}

/** It names a place in the page, not another page. */
const withoutFragment = (url: string) => Object.assign(new URL(url), { hash: '' }).href;
const hostOf = (url: string) => new URL(url).host;
const refusal = (sentence: string) => new CrmflowError('unprocessable', sentence);
