import { CrmflowError } from '@crmflow/core/contract';
import type { ServeOptions, Serving } from '@crmflow/server';
import { agreed, isPerson } from '../../ask.ts';
import type { Context } from '../../context.ts';
import { printable } from '../../printable.ts';
import { freePortAfter, listenerOn } from './port.ts';

/** Serves; where somebody else listens already, says who, and asks a person whether the next free port will do. */
export async function serveOnFreePort(context: Context, options: ServeOptions): Promise<Serving> {
  const { serve } = await import('@crmflow/server');
  try {
    return await serve(options);
  } catch (cause) {
    if (!isTaken(cause)) throw cause;
    const { port, host } = options;
    const [who, next] = await Promise.all([listenerOn(port, context.io.platform), freePortAfter(port, host)]);
    const by = who ? ` by ${printable(who.name)} (process ${who.pid})` : '';
    const taken = `Port ${port} on ${host} is in use${by}.`;
    if (next !== null && isPerson(context) && (await agreed(context, `${taken} Take ${next}?`, true)))
      return serve({ ...options, port: next });
    const now =
      next === null ? 'Choose another with --port.' : `Free is ${next}: crmflow serve --port ${next}`;
    throw new CrmflowError('conflict', `${taken} ${now}`, undefined, { cause });
  }
}

const isTaken = (cause: unknown): boolean =>
  cause instanceof CrmflowError &&
  cause.cause instanceof Error &&
  'code' in cause.cause &&
  cause.cause.code === 'EADDRINUSE';
