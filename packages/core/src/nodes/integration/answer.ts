import { toJson, type Json } from '../../language/json.ts';
import { merged } from '../../language/variables.ts';
import type { HttpResponse } from '../../ports.ts';
import { readPath } from './path.ts';

/** Variables from an answer: each by its path, `$status` the status. `hide` takes out what must not be kept. */
export function resultsOf(
  results: Readonly<Record<string, string>>,
  { status, body, headers }: HttpResponse,
  hide: (part: Json) => Json,
): Record<string, Json> {
  const names = Object.entries(results);
  if (!names.length) return merged();
  const answer = readBody(body, headers['content-type'] ?? '');
  return merged(
    Object.fromEntries(
      names.map(([name, path]) => [name, path === '$status' ? status : hide(readPath(answer, path))]),
    ),
  );
}

function readBody(body: Uint8Array, contentType: string): Json {
  const text = new TextDecoder().decode(body);
  if (!/[/+]json\b/i.test(contentType) && !/^\s*[{[]/.test(text)) return toJson(text);
  try {
    return toJson(JSON.parse(text));
  } catch {
    return toJson(text);
  }
}
