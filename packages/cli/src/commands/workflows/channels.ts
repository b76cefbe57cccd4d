import type { Context } from '../../context.ts';
import { openOptions } from '../../settings.ts';
import { ownWorkflow } from '../../target.ts';
import { wrongUse } from '../../wrong-use.ts';

/** Prints what to give to Twilio, so that people reach a workflow by telephone. */
export async function channels(context: Context, word: string): Promise<void> {
  const { out } = context;
  const base = publicUrlOf(context);
  const { id } = await ownWorkflow((await context.open()).api, word);
  const url = `${base.replace(/\/+$/, '')}/api/channels/twilio/${id}`;
  const items = PLACES.map(([channel, at]) => ({ channel, at, url }));
  if (out.isJson) return out.json({ items });
  await out.table(
    ['channel', 'at Twilio, as HTTP POST', 'address'],
    items.map(({ channel, at }) => [channel, at, url]),
  );
  out.talk('The account at Twilio is stored by: crmflow keys set twilio');
}

const PLACES = [
  ['sms', 'Messaging: a message comes in'],
  ['whatsapp', 'WhatsApp sender: a message comes in'],
  ['voice', 'Voice: a call comes in'],
  ['voice', 'Voice: call status changes'],
] as const;

/** Where people reach the installation. What stands in the settings here is that of the server only where data is here. */
function publicUrlOf({ reach, options, env, io }: Context): string {
  const there = reach();
  const url = there.kind === 'server' ? there.url : openOptions(options, env, io).publicUrl;
  if (url !== undefined) return url;
  throw wrongUse(
    'Twilio reaches no address of this machine. Set PUBLIC_URL to where the server is reached, such as https://crm.example.com.',
  );
}
