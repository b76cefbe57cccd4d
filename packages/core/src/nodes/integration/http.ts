import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import { merged } from '../../language/variables.ts';
import type { HttpRequest, HttpResponse } from '../../ports.ts';
import { filledJson, template, variableName } from '../data.ts';
import { defineEffect, next, type EffectContext } from '../node.ts';
import { portName } from '../port.ts';
import { originOf } from './address.ts';
import { resultsOf } from './answer.ts';
import { keyProblems, withKey } from './key.ts';
import { requestOf } from './request.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const Data = z.strictObject({
  method: z.enum(methods).default('GET'),
  url: template().meta({
    description:
      'The host is written out; each {{ }} after it is escaped as one piece of the path or the query.',
  }),
  query: z.record(z.string().max(200), template()).default({}),
  headers: z.record(z.string().max(200).toLowerCase(), template()).default({}),
  /** Sent as JSON; a text that begins with = is an expression and keeps its type. */
  json: filledJson().optional(),
  /** Sent as a form. */
  form: z.record(z.string().max(200), template()).optional(),
  /** Variable ← where it stands in the answer, whatever its status: `items[0].id`; `.` is all of it, `$status` the status. */
  results: z.record(variableName(), z.string().min(1).max(300)).default({}),
  /** Way out for a status: `404: not_found`, `5xx: down`. What is not named goes by `out` when it is 2xx, else by `error`. */
  statusPorts: z.record(z.string().regex(/^([1-5]\d\d|[1-5]xx)$/), portName()).default({}),
  key: z
    .string()
    .regex(
      /^http:[a-z][a-z0-9_-]{0,62}$/,
      'a key is named as it was stored, such as http:crm; the key itself stays out of the file',
    )
    .optional()
    .meta({ description: 'The name of a stored key, http:crm: sent to the host it was stored for alone.' }),
  keyHeader: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,100}$/, 'a header is letters, digits and hyphens')
    .toLowerCase()
    .optional()
    .meta({ description: 'The header that carries the key by itself; Authorization: Bearer when absent.' }),
  timeoutSeconds: z.number().min(0.1).max(60).default(15),
  /** How often it is tried again after a failed connection, a 429 or a 5xx. */
  retries: z.int().min(0).max(5).default(2),
});
export type HttpData = z.output<typeof Data>;

export const http = defineEffect({
  type: 'integration',
  kind: 'http',
  summary: 'Calls an HTTP API and keeps what it answers.',
  data: Data,
  ports: ({ statusPorts }) => [...new Set(['out', ...Object.values(statusPorts)])],
  sets: ({ results }) => Object.keys(results).map((name) => [name, 'any']),
  problems: ({ url, json, form, method, ...keyed }) => [
    ...keyProblems(keyed),
    ...(originOf(url.source)
      ? []
      : [{ field: 'url', message: 'it must begin with https:// or http:// and a host that is written out' }]),
    ...(json !== undefined && form ? [{ field: 'form', message: 'json and form exclude each other' }] : []),
    ...((json !== undefined || form) && method === 'GET'
      ? [{ field: 'method', message: 'a GET carries no body' }]
      : []),
  ],
  async run(data, ctx) {
    const { request, hide } = await withKey(data, requestOf(data, ctx), ctx);
    const response = await sendWithRetries(data, request, ctx);
    const set = resultsOf(data.results, response, hide);
    const port = portFor(data, response.status);
    return next(port ? { port, set } : { port: 'error', set: merged(set, refused(request, response, ctx)) });
  },
});

/** As every node tells its error, and the status besides; of where it was redirected to nothing is told. */
const refused = ({ url }: HttpRequest, { status }: HttpResponse, { nodeId: node }: EffectContext) => ({
  error: { code: 'provider_failed', message: `${new URL(url).host} answered ${status}.`, node, status },
});

async function sendWithRetries(
  data: HttpData,
  request: HttpRequest,
  ctx: EffectContext,
): Promise<HttpResponse> {
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

function portFor({ statusPorts }: HttpData, status: number): string | undefined {
  const named = statusPorts[status] ?? statusPorts[`${Math.floor(status / 100)}xx`];
  return named ?? (status >= 200 && status < 300 ? 'out' : undefined);
}
