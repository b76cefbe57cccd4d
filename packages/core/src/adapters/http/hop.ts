import type { HttpRequest } from '../../ports.ts';
import { Failure } from './failure.ts';
import { readUrl } from './url.ts';

/** One request to one host: what the caller asked for, or what a redirect made of it. */
export interface Hop {
  url: URL;
  method: Method;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string | Uint8Array | null;
}

/** The first hop of a request. Throws a `Failure` for a method, URL or header that must not be sent. */
export function firstHop(request: HttpRequest): Hop {
  const name = request.method.toUpperCase();
  const method = METHODS.find((known) => known === name);
  if (method === undefined) throw new Failure('method');
  const url = readUrl(request.url);
  if (request.onlyOrigin !== undefined && url.origin !== readUrl(request.onlyOrigin).origin) {
    throw new Failure('other_host');
  }
  return { url, method, headers: readHeaders(request.headers ?? {}), body: request.body ?? null };
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type Method = (typeof METHODS)[number];

function readHeaders(given: Record<string, string>): Record<string, string> {
  const headers = new Map(Object.entries(DEFAULT_HEADERS));
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    if (!TOKEN.test(lower)) throw new Failure('header', 'names may hold only letters, digits and hyphens.');
    if (OURS.has(lower)) throw new Failure('header', `"${lower}" is set by CRMFlow itself. Leave it out.`);
    if (!PRINTABLE.test(value)) {
      throw new Failure('header', `"${lower}" holds a line break or a character that cannot be sent.`);
    }
    headers.set(lower, value);
  }
  return Object.fromEntries(headers);
}

const DEFAULT_HEADERS = { 'user-agent': 'CRMFlow', accept: '*/*', 'accept-encoding': 'gzip, deflate, br' };
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const PRINTABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that say where a request goes and where it ends: two answers to that are how requests are smuggled. */
const OURS = new Set([
  'host',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Where an answer redirects to, relative to the page asked; `undefined` when it does not. */
export const redirectOf = ({ status, headers }: { status: number; headers: Record<string, string> }) =>
  REDIRECTS.has(status) && headers.location !== undefined
    ? // Headers are read byte by byte; servers that do not escape a location write it in UTF-8.
      Buffer.from(headers.location, 'latin1').toString()
    : undefined;

/**
 * What a redirect asks for next. As in the Fetch standard, 303 and a POST's 301 and 302 become a GET without a body;
 * 307 and 308 are sent again as they are. On another origin what looks like a credential stays behind. Throws a
 * `Failure` for a target that must not be asked.
 */
export function nextHop(
  hop: Hop,
  {
    status,
    location,
    secretHeaders = [],
  }: { status: number; location: string; secretHeaders?: readonly string[] },
): Hop {
  const url = readUrl(location, hop.url);
  const isGet = status === 303 ? hop.method !== 'HEAD' : status < 303 && hop.method === 'POST';
  const secrets = new Set(secretHeaders.map((name) => name.toLowerCase()));
  const isSecret = (name: string) => secrets.has(name) || CREDENTIAL.test(name);
  const isDropped = (name: string) =>
    (isGet && name.startsWith('content-')) || (url.origin !== hop.url.origin && isSecret(name));
  const headers = Object.entries(hop.headers).filter(([name]) => !isDropped(name));
  return {
    url,
    method: isGet ? 'GET' : hop.method,
    headers: Object.fromEntries(headers),
    body: isGet ? null : hop.body,
  };
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** `authorization`, `cookie`, `proxy-authorization`, and the names that services gave their own: `x-api-key`, … */
const CREDENTIAL = /auth|cookie|token|secret|passw|signature|session|(?<!idempotency-)key$/;
