import type { Services } from '../contract/index.ts';
import { CrmflowError } from '../errors.ts';
import type { Address } from '../nodes/contact.ts';
import { isSigned } from '../nodes/integration/signature.ts';
import { bodyOf, type Sent } from '../nodes/sent.ts';
import { addressFrom, inputsFrom, webhookIn } from '../nodes/trigger/webhook.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store.ts';
import { Graph } from '../workflow/workflow.ts';
import type { SecretOf } from './keys.ts';
import type { Live } from './live.ts';
import type { Replies } from './replies.ts';

/** A webhook as it came, with the headers it is signed by; names in lower case. */
export interface Webhook extends Pick<Sent, 'body' | 'contentType'> {
  headers: Readonly<Record<string, string | undefined>>;
}

interface Needs {
  store: Store;
  clock: Clock;
  secretOf: SecretOf;
  live: Live['live'];
  replies: Replies;
  /** The contact of a user's with a number or an e-mail address; made where there is none. */
  byAddress(userId: string, address: Address): Promise<{ id: string }>;
  /** Starts a session and answers as soon as it is stored. */
  begin: Services['sessions']['start'];
}

/** Starts workflows that begin at a `trigger` of the kind `webhook`, as Standard Webhooks has it. */
export function createWebhookTrigger({ store, clock, secretOf, live, replies, byAddress, begin }: Needs) {
  /** The workflow, its trigger and the secret; what is missing of them is told to nobody. */
  async function expected(workflowId: string) {
    const saved = await store.workflows.get(workflowId);
    const workflow = saved && (await live(saved));
    const trigger = workflow && webhookIn(workflow.nodes);
    if (!workflow || !trigger) return null;
    const secret = (await secretOf(workflow.userId, trigger.key))?.parts.key;
    return secret === undefined ? null : { workflow, trigger, secret };
  }

  return async function start(workflowId: string, webhook: Webhook): Promise<{ sessionId: string }> {
    const found = await expected(workflowId);
    const signing = { secret: found?.secret ?? NOBODYS, now: clock.now() };
    // A stored secret that is none signs nothing.
    const isGenuine = await isSigned(webhook.body, webhook.headers, signing).catch(() => false);
    if (!found || !isGenuine) throw stranger();
    const { workflow, trigger } = found;
    const actor = { role: 'user' as const, userId: workflow.userId };
    const call = {
      actor,
      name: `webhook ${workflowId}`,
      op: { method: 'post' as const },
      key: webhook.headers['webhook-id']!,
      keyName: 'webhook-id',
      input: webhook.body,
      isRepeatable: true,
    };
    return replies.once(call, async (seed) => {
      const { timeZone, language } = Graph.parse(workflow).settings;
      const place = { timeZone, language, now: clock.now() };
      const body = bodyOf(webhook);
      const variables = inputsFrom(trigger, body, place);
      const address = addressFrom(trigger, body, place);
      const contactId = address ? (await byAddress(actor.userId, address)).id : undefined;
      const beginning = { workflowId, contactId, mode: 'auto', variables } as const;
      const begun = await begin(actor, beginning, undefined, seed);
      // Told of no session, the answer stays when that is erased: a webhook that comes again begins nothing.
      return { sessionId: begun.session.id };
    });
  };
}

/** Checked all the same, so that no time tells what is there. */
const NOBODYS = 'a secret that nobody has';

const stranger = () =>
  new CrmflowError('unauthenticated', 'No webhook is expected here, or it is not signed as it must be.');
