import { CrmflowError } from '../../../errors.ts';
import type { Json } from '../../../language/json.ts';
import type { HttpRequest, HttpResponse } from '../../../ports.ts';
import type { EffectContext } from '../../node.ts';
import { jsonIn } from '../answer.ts';
import { sendWithRetries } from '../call.ts';
import { readPath } from '../path.ts';

/** Where a CRM is asked, and what shows who asks: it goes to this origin alone. */
export interface At {
  /** As people call it. */
  name: string;
  /** What the stored key is called. */
  service: string;
  origin: string;
  headers?: Record<string, string>;
}
export interface Question {
  method: 'GET' | 'POST' | 'PATCH';
  /** With its query; all that is filled in is escaped. */
  path: string;
  json?: Json;
  form?: Record<string, string>;
  /** Statuses that are answers besides 2xx. */
  takes?: readonly number[];
  /** Makes something new: it is not asked twice where nobody knows what came of it. */
  makes?: boolean;
}
export interface Answer {
  status: number;
  /** The text at a path of the answer; null when none stands there. A number counts as text. */
  text(path: string): string | null;
  at(path: string): Json;
}
export type Ask = (question: Question) => Promise<Answer>;

const RETRIES = 2;

/** How a CRM's REST API is asked: JSON comes back, or a refusal that repeats nothing of what was sent. */
export function asking(
  { name, service, origin, headers = {} }: At,
  { timeoutSeconds }: { timeoutSeconds: number },
  ctx: EffectContext,
): Ask {
  return async ({ method, path, json, form, takes = [], makes = false }) => {
    const body = bodyOf(json, form);
    const request: HttpRequest = {
      method,
      url: `${origin}${path}`,
      onlyOrigin: origin,
      headers: { accept: 'application/json', ...(body && { 'content-type': body.type }), ...headers },
      secretHeaders: Object.keys(headers),
      ...(body && { body: body.text }),
      timeoutMs: timeoutSeconds * 1000,
      maxRedirects: 0,
      maxBytes: 1_000_000,
      signal: ctx.signal,
    };
    const isTaken = (status: number) => takes.includes(status);
    const response = await sendWithRetries(request, { retries: RETRIES, isTaken, isRepeatable: !makes }, ctx);
    const answer = answerIn(response);
    if ((response.status >= 200 && response.status < 300) || isTaken(response.status)) return answer;
    throw refusalOf(answer, { name, service });
  };
}

function bodyOf(json: Json | undefined, form: Record<string, string> | undefined) {
  if (json !== undefined) return { type: 'application/json', text: JSON.stringify(json) };
  if (!form) return undefined;
  return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(form).toString() };
}

function answerIn({ status, body }: HttpResponse): Answer {
  const value = jsonIn(body);
  const at = (path: string) => readPath(value, path);
  return {
    status,
    at,
    text(path) {
      const found = at(path);
      if (typeof found === 'number') return String(found);
      return typeof found === 'string' && found !== '' ? found : null;
    },
  };
}

function refusalOf(answer: Answer, { name, service }: Pick<At, 'name' | 'service'>): CrmflowError {
  const { status } = answer;
  const codes = codesIn(answer);
  const told = [`status ${status}`, ...codes].join(', ');
  if (status === 429 || codes.includes('REQUEST_LIMIT_EXCEEDED'))
    return away('rate_limited', `${name} was asked too often; try again later. (${told})`);
  if (status >= 500) return away('provider', `${name} failed; try again later. (${told})`);
  const isKey = status === 401 || status === 403 || codes.includes('invalid_client');
  return isKey
    ? refusal('auth', `${name} does not accept the key ${service}, or it may not do this. (${told})`)
    : refusal('rejected', `${name} refused the contact. (${told})`);
}

/**
 * The names by which a CRM says what was wrong and with which fields; its sentences, which may repeat what was sent, are left
 * out. HubSpot has `category` and `errors[].code` with `context`, Salesforce a list of `errorCode` with `fields`.
 */
function codesIn({ at }: Answer): string[] {
  const found: Json[] = ['error', 'category', 'errors[0].code', 'errors[0].context.propertyName[0]'].map(at);
  found.push(at('[0].errorCode'), ...[at('[0].fields')].flat());
  return found.filter((code): code is string => typeof code === 'string' && /^\w{1,60}$/.test(code));
}

/** Nothing was kept, and the same again would be refused again. */
export const refusal = (reason: string, message: string) =>
  new CrmflowError('unprocessable', message, { reason });
const away = (reason: string, message: string) => new CrmflowError('unavailable', message, { reason });

/** What a CRM says when it has taken something, but tells nothing of it that can be read. */
export const malformed = (name: string) =>
  away('malformed', `${name} has answered, but not in its own way: nobody knows what came of it.`);

/** A part of a stored key, by its name. */
export function partOf(parts: Readonly<Record<string, string>>, service: string, name: string): string {
  const part = parts[name];
  if (part !== undefined) return part;
  throw refusal(
    'no_key',
    `The key ${service} has no part ${name}. Store it anew: crmflow keys set ${service}`,
  );
}
