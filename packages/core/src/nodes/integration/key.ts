import { CrmflowError } from '../../errors.ts';
import type { Json } from '../../language/json.ts';
import type { HttpRequest, Secret } from '../../ports.ts';
import type { EffectContext } from '../node.ts';

interface Keyed {
  /** The name it is stored by: `http:crm`. */
  key?: string | undefined;
  keyHeader?: string | undefined;
}
const headerOf = ({ keyHeader = 'authorization' }: Keyed): string => keyHeader;

/** What is wrong about a key before it is looked up. */
export function keyProblems({ headers, ...keyed }: Keyed & { headers: object }) {
  if (keyed.key === undefined)
    return keyed.keyHeader === undefined ? [] : [{ field: 'keyHeader', message: 'it is only for a key' }];
  const header = headerOf(keyed);
  return header in headers ? [{ field: 'headers', message: `the key is sent as ${header}` }] : [];
}

/**
 * The request with the stored key it names, and what takes that key out of an answer that repeats it. Refuses, before
 * anything is sent, a key that is not stored (`unprocessable`) or belongs to another host (`forbidden`).
 */
export async function withKey(
  data: Keyed,
  request: HttpRequest,
  ctx: EffectContext,
): Promise<{ request: HttpRequest; hide: (answer: Json) => Json }> {
  if (data.key === undefined) return { request, hide: (answer) => answer };
  const key = keyFor(data.key, new URL(request.url), await ctx.secret(data.key));
  const header = headerOf(data);
  const value = data.keyHeader === undefined ? `Bearer ${key}` : key;
  return {
    request: { ...request, headers: { ...request.headers, [header]: value }, secretHeaders: [header] },
    hide: (answer) => hidden(answer, key),
  };
}

/** The one text of a stored key; refuses a key that is not stored, or belongs to another host than that of `url`. */
export function keyFor(service: string, url: URL, secret: Secret | null): string {
  if (!secret)
    throw new CrmflowError(
      'unprocessable',
      `There is no stored key ${service}. The workflow's owner stores it: crmflow keys set ${service} --host ${url.host}`,
    );
  if (!isOf(url, secret.host))
    throw new CrmflowError(
      'forbidden',
      `The key ${service} belongs to ${secret.host}, and this request goes to ${url.host}. Nothing was sent.`,
    );
  const { key } = secret.parts;
  if (key !== undefined) return key;
  throw new CrmflowError(
    'unprocessable',
    `The key ${service} has several parts, and a request carries one; store it anew as one text.`,
  );
}

/** A URL does not spell out the port that its scheme has anyway. */
const isOf = ({ host, hostname, port, protocol }: URL, owner: string | null): boolean =>
  owner === host || owner === `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;

function hidden(value: Json, key: string): Json {
  if (typeof value === 'string') return value.replaceAll(key, '[key]');
  if (Array.isArray(value)) return value.map((item) => hidden(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name.replaceAll(key, '[key]'), hidden(item, key)]),
  );
}
