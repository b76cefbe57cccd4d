import { z } from 'zod';
import { filledJson, template } from '../data.ts';
import { defineEffect, next, type EffectContext } from '../node.ts';
import { addressOf, originOf } from './address.ts';
import { callFields, sendWithRetries } from './call.ts';
import { undoneBy } from './door.ts';
import { keyFor } from './key.ts';
import { notSent } from './sending.ts';
import { signedPost, whyNotTaken } from './signed-post.ts';

const Data = z.strictObject({
  url: template().meta({
    description:
      'The host is written out; each {{ }} after it is escaped as one piece of the path or the query.',
  }),
  /** What happened, such as `lead.qualified`. */
  event: z.string().regex(/^[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*$/, 'an event is named like lead.qualified'),
  /** What is told of it; a text that begins with = is an expression and keeps its type. */
  json: filledJson().prefault({}),
  key: callFields.key.unwrap().meta({
    description: 'The name of a stored key, http:crm: it signs what is sent, and belongs to the host of url.',
  }),
  timeoutSeconds: callFields.timeoutSeconds,
  /** How often it is tried again after a failed connection, a 429 or a 5xx. */
  retries: z.int().min(0).max(8).default(4),
});
type Data = z.output<typeof Data>;

export const webhookSend = defineEffect({
  type: 'integration',
  kind: 'webhook_send',
  summary: 'Tells another system that something happened: a signed POST, at least once.',
  data: Data,
  faults: ['refused', 'unavailable'],
  problems: ({ url }) =>
    originOf(url.source)
      ? []
      : [{ field: 'url', message: 'it must begin with https:// or http:// and a host that is written out' }],
  async run(data, ctx) {
    const request = await signed(data, ctx);
    const answer = await sendWithRetries(request, data, ctx).catch(undoneBy);
    const unsent = 'kind' in answer ? answer : whyNotTaken(answer, new URL(request.url).host);
    return unsent ? notSent(unsent, ctx) : next();
  },
});

/** The same after a crash but for its time: who has heard it already knows it by its id. */
async function signed({ url, event: type, json, key, timeoutSeconds }: Data, ctx: EffectContext) {
  const address = addressOf(url, ctx.scope);
  const secret = keyFor(key, address, await ctx.secret(key));
  const { now: at } = ctx.scope;
  const request = await signedPost(
    { url: address, type, at, data: json.fill(ctx.scope) },
    { id: ctx.stepId, at, secret },
  );
  const { signal } = ctx;
  return { ...request, onlyOrigin: originOf(url.source)!, timeoutMs: timeoutSeconds * 1000, signal };
}
