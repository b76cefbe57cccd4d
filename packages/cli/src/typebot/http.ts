import { bodyOf } from './body.ts';
import { past, type Around, type Data, type Made, type Piece } from './made.ts';
import { isSecret, slug } from './names.ts';
import { fieldOf, listIn, textIn } from './shape.ts';
import { liquid, short } from './texts.ts';

/** A call of an API, and of Zapier, Make.com and Pabbly, which are called the same way. */
export function httpRequest(around: Around): Made {
  const { block, note } = around;
  const call = fieldOf(block.options, 'webhook') ?? block.options;
  const written = textIn(call, 'url')?.trim();
  if (written === undefined) return past(note, 'names no address; an old export keeps it elsewhere');
  if (!/^https?:\/\/[^/?#{]+(?=[/?#]|$)/i.test(written))
    return past(note, 'calls an address whose host is a variable, which is not taken here');
  const { url, host } = withoutSecrets(written, note);
  const method = (textIn(call, 'method') ?? 'POST').toUpperCase();
  if (!['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method))
    return past(note, `calls by ${short(method)}`);
  const query = pairs(listIn(call, 'queryParams'), around);
  const headers = pairs(listIn(call, 'headers'), around, true);
  const keyed = keyFor([...headers.secret, ...query.secret], headers.secret, host, note);
  const { results, maps } = resultsOf(listIn(block.options, 'responseVariableMapping'), around);
  const timeout = Number(block.options.timeout);
  const data: Data = {
    kind: 'http',
    method,
    url: liquid(url, around),
    ...(query.open.length && { query: Object.fromEntries(query.open) }),
    ...(headers.open.length && { headers: Object.fromEntries(headers.open) }),
    ...(method === 'GET' ? {} : bodyOf(call, block.options.isCustomBody === true, around)),
    ...keyed,
    ...(timeout > 0 && { timeoutSeconds: Math.min(60, timeout) }),
    ...(Object.keys(results).length && { results }),
  };
  const pieces: Piece[] = [{ name: 'call', type: 'integration', data, goesOn: true }];
  if (Object.keys(maps).length)
    pieces.push({ name: 'set', type: 'logic', data: { kind: 'set', values: maps }, goesOn: true });
  return { kind: 'pieces', pieces };
}

/** The address without a password and without keys in its query. */
function withoutSecrets(url: string, note: Around['note']): { url: string; host: string } {
  const [, scheme = '', user, host = ''] = /^(https?:\/\/)([^/?#@]*@)?([^/?#]+)/i.exec(url) ?? [];
  if (user !== undefined) note('the user and password in its address are not copied.');
  const [path = '', query = ''] = url.slice(scheme.length + (user?.length ?? 0)).split(/\?(.*)/s);
  const kept = query.split('&').filter((pair) => {
    const name = pair.split('=')[0]!;
    if (!isSecret(name)) return true;
    note(`${short(name)} in its address looks like a secret and is not copied.`);
    return false;
  });
  const rest = kept.join('&');
  return { url: `${scheme}${path}${rest && `?${rest}`}`, host: host.toLowerCase() };
}

interface Pairs {
  open: [string, string][];
  secret: string[];
}
function pairs(list: readonly unknown[], around: Around, isHeader = false): Pairs {
  const found: Pairs = { open: [], secret: [] };
  for (const each of list) {
    const name = textIn(each, 'key')?.trim();
    if (name === undefined || name === '__proto__') continue;
    if (isSecret(name)) found.secret.push(name);
    else if (!isHeader || name.toLowerCase() !== 'content-type')
      found.open.push([name, liquid(textIn(each, 'value') ?? '', around)]);
  }
  return found;
}

/** Names the stored key that goes where a header with a secret was. */
function keyFor(
  all: readonly string[],
  headers: readonly string[],
  host: string,
  note: Around['note'],
): Data {
  if (!all.length) return {};
  const key = `http:${
    slug(host.split(':')[0]!.split('.').slice(-2, -1)[0] ?? '', '-')
      .replace(/[^a-z0-9_-]/g, '')
      .replace(/^[^a-z]+/, '') || 'api'
  }`;
  const [header] = headers;
  note(
    header === undefined
      ? `${all.join(', ')} in its query is a secret and is not copied. A key is sent in a header here: see docs/http.md.`
      : `${all.join(', ')}: a secret is never copied. Store it: crmflow keys set ${key} --host ${host}`,
  );
  if (header === undefined) return {};
  if (all.length > 1)
    note(`one key is sent, as ${header}; what else is secret has to be sent in another way.`);
  const isBearer = header.toLowerCase() === 'authorization';
  return {
    key,
    ...(!isBearer && /^[A-Za-z0-9-]{1,100}$/.test(header) && { keyHeader: header.toLowerCase() }),
  };
}

const STEPS = String.raw`(?:\.[\w$-]+|\[\d+\])*`;
const PLAIN = new RegExp(`^data(${STEPS})$`);
const MAPPED = new RegExp(String.raw`^data(${STEPS})\.(?:flatMap|map)\(\(?(\w+)\)?\s*=>\s*\2(${STEPS})\)$`);

/** What is kept of the answer; `maps` takes a part of each item of a list. */
export function resultsOf(
  list: readonly unknown[],
  { variables, note }: Pick<Around, 'variables' | 'note'>,
): { results: Record<string, string>; maps: Record<string, string> } {
  const results: Record<string, string> = {};
  const maps: Record<string, string> = {};
  for (const each of list) {
    const path = textIn(each, 'bodyPath')
      ?.trim()
      .replace(/\?\./g, '.')
      .replace(/\["([\w$-]+)"\]/g, '.$1');
    const id = textIn(each, 'variableId');
    if (path === undefined || id === undefined) continue;
    const plain = path === 'statusCode' ? '$status' : PLAIN.exec(path)?.[1];
    const [, whole, , part] = MAPPED.exec(path) ?? [];
    const taken = plain ?? whole;
    if (taken === undefined || (part !== undefined && /[$-]/.test(part))) {
      note(`${short(path)} of the answer is computed and is not kept.`);
      continue;
    }
    const name = variables.set(id);
    if (name === undefined) continue;
    results[name] = taken.replace(/^\./, '') || '.';
    if (part !== undefined) maps[name] = `${name}.map(item, item${part})`;
  }
  return { results, maps };
}
