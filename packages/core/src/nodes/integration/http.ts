import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import { toJson, type Json } from '../../language/json.ts';
import { merged } from '../../language/variables.ts';
import type { HttpRequest, HttpResponse } from '../../ports.ts';
import { filledJson, template, variableName } from '../data.ts';
import { defineEffect, next, type EffectContext, type Outcome } from '../node.ts';
import { portName } from '../port.ts';
import { readPath } from './path.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const Data = z.strictObject({
  method: z.enum(methods).default('GET'),
  /** The host must be the author's own words; what a visitor said is escaped in the rest. */
  url: template(),
  query: z.record(z.string().max(200), template()).default({}),
  headers: z.record(z.string().max(200).toLowerCase(), template()).default({}),
  /** Sent as JSON; a text that begins with = is an expression and keeps its type. */
  json: filledJson().optional(),
  /** Sent as a form. */
  form: z.record(z.string().max(200), template()).optional(),
  /** Variable ← where it stands in the answer: `items[0].id`; `.` is all of it, `$status` the status. */
  results: z.record(variableName(), z.string().min(1).max(300)).default({}),
  /** Way out for a status: `404: not_found`, `5xx: down`. What is not named goes by `out` when it is 2xx, else by `error`. */
  statusPorts: z.record(z.string().regex(/^([1-5]\d\d|[1-5]xx)$/), portName()).default({}),
  timeoutSeconds: z.number().min(0.1).max(60).default(15),
  /** How often it is tried again after a failed connection, a 429 or a 5xx. */
  retries: z.int().min(0).max(5).default(2),
});
type Data = z.output<typeof Data>;

export const http = defineEffect({
  type: 'integration',
  kind: 'http',
  summary: 'Calls an HTTP API and keeps what it answers.',
  data: Data,
  ports: ({ statusPorts }) => [...new Set(['out', ...Object.values(statusPorts)])],
  sets: ({ results }) => Object.keys(results).map((name) => [name, 'any']),
  problems: ({ url, json, form, method }) => [
    ...(originOf(url.source)
      ? []
      : [{ field: 'url', message: 'it must begin with https:// or http:// and a host that is written out' }]),
    ...(json !== undefined && form ? [{ field: 'form', message: 'json and form exclude each other' }] : []),
    ...((json !== undefined || form) && method === 'GET'
      ? [{ field: 'method', message: 'a GET carries no body' }]
      : []),
  ],
  async run(data, ctx) {
    const response = await sendWithRetries(data, requestOf(data, ctx), ctx);
    const port = portFor(data, response.status);
    const set = resultsOf(data, response);
    if (port) return next({ port, set });
    throw new CrmflowError('provider_failed', `${new URL(response.url).host} answered ${response.status}.`);
  },
});

function requestOf(
  { method, url, query, headers, json, form, timeoutSeconds }: Data,
  ctx: EffectContext,
): HttpRequest {
  const { scope } = ctx;
  const onlyOrigin = originOf(url.source)!;
  const address = addressOf(url.render(scope));
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value.render(scope));
  const body =
    json !== undefined
      ? { type: 'application/json', text: JSON.stringify(json.fill(scope)) }
      : form && {
          type: 'application/x-www-form-urlencoded',
          text: new URLSearchParams(mapped(form, scope)).toString(),
        };
  return {
    method,
    url: address.href,
    headers: {
      accept: 'application/json, text/plain;q=0.9, */*;q=0.5',
      'idempotency-key': ctx.stepId,
      ...(body && { 'content-type': body.type }),
      ...mapped(headers, scope),
    },
    ...(body && { body: body.text }),
    onlyOrigin,
    timeoutMs: timeoutSeconds * 1000,
    signal: ctx.signal,
  };
}

const mapped = (texts: Data['headers'], scope: EffectContext['scope']): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.render(scope)]));

/** The origin the author wrote: what a visitor said may fill the rest of an address, never its host. */
const originOf = (source: string): string | undefined => /^https?:\/\/[^/?#{]+(?=[/?#]|$)/i.exec(source)?.[0];

function addressOf(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new CrmflowError(
    'invalid_input',
    'The address of the request cannot be read with what it was filled with.',
  );
}

async function sendWithRetries(data: Data, request: HttpRequest, ctx: EffectContext): Promise<HttpResponse> {
  for (let attempt = 0; ; attempt++) {
    const isLast = attempt >= data.retries;
    try {
      const response = await ctx.http.send(request);
      if (isLast || !(response.status === 429 || response.status >= 500) || portFor(data, response.status))
        return response;
      await pause(waitMs(attempt, response.headers['retry-after']), ctx.signal);
    } catch (cause) {
      const mayRetry = cause instanceof CrmflowError && cause.code === 'unavailable';
      if (isLast || !mayRetry || ctx.signal.aborted) throw cause;
      await pause(waitMs(attempt, undefined), ctx.signal);
    }
  }
}

/** Doubling from 300 ms; what the server asks for, up to ten seconds. */
const waitMs = (attempt: number, retryAfter: string | undefined): number => {
  const asked = Number(retryAfter) * 1000;
  return Math.min(10_000, asked > 0 ? asked : 300 * 2 ** attempt);
};
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(new CrmflowError('unavailable', 'It took too long.'));
    };
    signal.addEventListener('abort', stop, { once: true });
  });

function portFor({ statusPorts }: Data, status: number): string | undefined {
  const named = statusPorts[status] ?? statusPorts[`${Math.floor(status / 100)}xx`];
  return named ?? (status >= 200 && status < 300 ? 'out' : undefined);
}

function resultsOf({ results }: Data, { status, body, headers }: HttpResponse): Outcome['set'] & object {
  const names = Object.entries(results);
  if (!names.length) return merged();
  const answer = readBody(body, headers['content-type'] ?? '');
  return merged(
    Object.fromEntries(
      names.map(([name, path]) => [name, path === '$status' ? status : readPath(answer, path)]),
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
