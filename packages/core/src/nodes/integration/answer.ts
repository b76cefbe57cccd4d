import { toJson, type Json } from '../../language/json.ts';
import { merged } from '../../language/variables.ts';
import type { HttpResponse } from '../../ports.ts';
import { readPath } from './path.ts';

/**
 * Variables from an answer: each by its path, `$status` the status, and what `more` has besides. `hide` takes out what must
 * not be kept.
 */
export function resultsOf(
  results: Readonly<Record<string, string>>,
  response: HttpResponse,
  hide: (part: Json) => Json,
  more: Readonly<Record<string, Json>> = {},
): Record<string, Json> {
  const names = Object.entries(results);
  if (!names.length) return merged();
  const answer = readBody(response);
  const named: Record<string, Json> = { $status: response.status, ...more };
  const at = (path: string) => (Object.hasOwn(named, path) ? named[path]! : readPath(answer, path));
  return merged(Object.fromEntries(names.map(([name, path]) => [name, hide(at(path))])));
}

/** Whether parts of JSON are asked for where there is only text: a page of a proxy, or of a login. */
export function hasNoParts(
  results: Readonly<Record<string, string>>,
  found: Readonly<Record<string, Json>>,
  response: HttpResponse,
): boolean {
  const parts = Object.entries(results).filter(([, path]) => path !== '.' && !path.startsWith('$'));
  // Text has no parts: where one was found the answer need not be read again.
  if (!parts.length || parts.some(([name]) => found[name] !== null)) return false;
  const answer = readBody(response);
  return typeof answer === 'string' && answer.trim() !== '';
}

/** JSON where it is some, else text. */
export function readBody({ body, headers }: Pick<HttpResponse, 'body' | 'headers'>): Json {
  const contentType = headers['content-type'] ?? '';
  const text = new TextDecoder().decode(body);
  if (!/[/+]json\b/i.test(contentType) && !/^\s*[{[]/.test(text)) return toJson(text);
  try {
    return toJson(JSON.parse(text));
  } catch {
    return toJson(text);
  }
}

/** JSON in an answer that should hold some; null where it holds none. */
export function jsonIn(body: Uint8Array): Json {
  try {
    return toJson(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    return null;
  }
}
