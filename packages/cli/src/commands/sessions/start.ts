import type { Context } from '../../context.ts';
import { inputsFrom } from '../../conversation/inputs.ts';
import { keptToStart } from '../../target.ts';
import { wrongUse } from '../../wrong-use.ts';
import { contactNamed } from '../contacts/named.ts';

export interface Starting {
  contact?: string;
  by?: string;
  from?: string;
  var?: string[];
  draft?: boolean;
}

/** Starts a conversation with a contact, and writes to them where it is said how. Gives its id. */
export async function start(context: Context, word: string, options: Starting): Promise<void> {
  const { contact, by: kind, from, var: pairs = [], draft = false } = options;
  if ((kind === undefined) !== (from === undefined) || (kind !== undefined && contact === undefined))
    throw wrongUse('Whoever is written to is a --contact, --by sms or whatsapp, --from a number of yours.');
  if (kind !== undefined && kind !== 'sms' && kind !== 'whatsapp')
    throw wrongUse(`--by is sms or whatsapp, not ${kind}.`);
  const { api } = await context.open();
  const workflow = await keptToStart(api, word, { draft });
  const { session } = await api.sessions.start({
    workflowId: workflow.id,
    draft,
    variables: inputsFrom(pairs, workflow),
    ...(contact !== undefined && { contactId: (await contactNamed(api, contact)).id }),
    ...(kind !== undefined && from !== undefined && { channel: { kind, from } }),
  });
  if (context.out.isJson) return context.out.json(session);
  context.out.line(session.id);
  context.out.talk(`It has begun, and is ${session.status}. See: crmflow sessions show ${session.id}`);
}
