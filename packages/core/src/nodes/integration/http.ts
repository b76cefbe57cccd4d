import { z } from 'zod';
import { merged } from '../../language/variables.ts';
import type { HttpRequest, HttpResponse } from '../../ports.ts';
import { variableName } from '../data.ts';
import { defineEffect, next, type EffectContext } from '../node.ts';
import { portName } from '../port.ts';
import { hasNoParts, resultsOf } from './answer.ts';
import { pagesOf, paginate } from './pages.ts';
import { callFields, callProblems, sendWithRetries } from './call.ts';
import { withKey } from './key.ts';
import { requestOf } from './request.ts';

const STATUS = 'write a status such as 404, or 4xx for all that begin with 4';

const Data = z.strictObject({
  ...callFields,
  /** Variable ← where it stands in the answer, whatever its status: `items[0].id`; `.` is all of it, `$status` the status. */
  results: z.record(variableName(), z.string().min(1).max(300)).default({}),
  /** Way out for a status: `404: not_found`, `5xx: down`. What is not named goes by `out` when it is 2xx, else by `error`. */
  statusPorts: z.record(z.string().regex(/^([1-5]\d\d|[1-5]xx)$/, STATUS), portName()).default({}),
  /** How a list that comes in pages is read as one: `$items` among the results is the list, `$more` whether there is more. */
  paginate: paginate().optional(),
});
type Data = z.output<typeof Data>;

export const http = defineEffect({
  type: 'integration',
  kind: 'http',
  summary: 'Calls an HTTP API and keeps what it answers.',
  data: Data,
  ways: '`out`; those `statusPorts` names',
  ports: ({ statusPorts }) => [...new Set(['out', ...Object.values(statusPorts)])],
  sets: ({ results }) => Object.keys(results).map((name) => [name, 'any']),
  problems: (data) => [...callProblems(data), ...pageProblems(data)],
  async run(data, ctx) {
    const { request, hide } = await withKey(data, requestOf(data, ctx), ctx);
    const { retries } = data;
    const isTaken = (status: number) => portFor(data, status) !== undefined;
    const send = (one: HttpRequest) => sendWithRetries(one, { retries, isTaken }, ctx);
    const { response, more } = data.paginate
      ? await pagesOf(data.paginate, request, send)
      : { response: await send(request), more: {} };
    const set = resultsOf(data.results, response, hide, more);
    const port = portFor(data, response.status);
    const isUnreadable = response.status < 300 && !data.paginate && hasNoParts(data.results, set, response);
    if (port && !isUnreadable) return next({ port, set });
    const what = isUnreadable ? ' with what is no JSON, so the results are not in it' : '';
    return next({ port: 'error', set: merged(set, refused(request, response, { what, ...ctx })) });
  },
});

const pageProblems = ({ paginate: pages, method, results }: Data) => [
  ...(pages && method !== 'GET' ? [{ field: 'paginate', message: 'pages are read by GET' }] : []),
  ...Object.entries(results)
    .filter(([, path]) => !pages && (path === '$items' || path === '$more'))
    .map(([name, path]) => ({ field: `results.${name}`, message: `${path} is only there with paginate` })),
];

/** As every node tells its error, and the status besides; of where it was redirected to nothing is told. */
const refused = (
  { url }: HttpRequest,
  { status }: HttpResponse,
  { nodeId: node, what }: Pick<EffectContext, 'nodeId'> & { what: string },
) => ({
  error: {
    code: 'provider_failed',
    message: `${new URL(url).host} answered ${status}${what}.`,
    node,
    status,
  },
});

function portFor({ statusPorts }: Data, status: number): string | undefined {
  const named = statusPorts[status] ?? statusPorts[`${Math.floor(status / 100)}xx`];
  return named ?? (status >= 200 && status < 300 ? 'out' : undefined);
}
