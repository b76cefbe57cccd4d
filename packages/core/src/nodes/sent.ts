import { CrmflowError } from '../errors.ts';
import { toJson, type Json } from '../language/json.ts';

/** What came to an address of ours from outside. */
export interface Sent {
  body: Uint8Array;
  contentType: string;
  query: Record<string, string>;
}

/** JSON as it is, a form as a map of texts, any other text as one; null for nothing. */
export function bodyOf({ body, contentType }: Pick<Sent, 'body' | 'contentType'>): Json {
  const text = new TextDecoder().decode(body);
  if (text === '') return null;
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType))
    return toJson(Object.fromEntries(new URLSearchParams(text)));
  if (!/[/+]json\b/i.test(contentType)) return toJson(text);
  try {
    return toJson(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof CrmflowError) throw cause;
    throw new CrmflowError('invalid_input', 'The body is not valid JSON.');
  }
}
