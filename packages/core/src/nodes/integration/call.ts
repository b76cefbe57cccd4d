import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import type { HttpRequest, HttpResponse } from '../../ports.ts';
import { filledJson, template } from '../data.ts';
import type { EffectContext } from '../node.ts';
import { originOf } from './address.ts';
import { unsentBy } from './door.ts';
import { keyProblems } from './key.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** What says how an HTTP API is called. */
export const callFields = {
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
};
export type CallData = z.output<z.ZodObject<typeof callFields>>;

/** What is wrong with a call beyond the shape of its data. */
export const callProblems = ({ url, json, form, method, ...keyed }: CallData) => [
  ...keyProblems(keyed),
  ...(originOf(url.source)
    ? []
    : [{ field: 'url', message: 'it must begin with https:// or http:// and a host that is written out' }]),
  ...(json !== undefined && form ? [{ field: 'form', message: 'json and form exclude each other' }] : []),
  ...((json !== undefined || form) && method === 'GET'
    ? [{ field: 'method', message: 'a GET carries no body' }]
    : []),
];

interface Patience {
  retries: number;
  /** Has a use for the status: then it is an answer. */
  isTaken?: (status: number) => boolean;
  /** False for what must not be done twice: it is sent again only where nothing of it can have been taken. */
  isRepeatable?: boolean;
}

/** Sends it, and again after a failed connection, a 429 or a 5xx. */
export async function sendWithRetries(
  request: HttpRequest,
  { retries, isTaken = () => false, isRepeatable = true }: Patience,
  ctx: EffectContext,
): Promise<HttpResponse> {
  const isUntaken = (status: number) => status === 429 || (isRepeatable ? status >= 500 : status === 503);
  for (let attempt = 0; ; attempt++) {
    const isLast = attempt >= retries;
    try {
      const response = await ctx.http.send(request);
      if (isLast || !isUntaken(response.status) || isTaken(response.status)) return response;
      await pause(waitMs(attempt, response.headers['retry-after']), ctx.signal);
    } catch (cause) {
      const mayRetry =
        cause instanceof CrmflowError &&
        cause.code === 'unavailable' &&
        (isRepeatable || unsentBy(cause).kind === 'unavailable');
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
/** Waits, unless it is stopped: then it throws `unavailable`. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
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
