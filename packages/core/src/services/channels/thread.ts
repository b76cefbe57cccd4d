import { CrmflowError } from '../../errors.ts';
import { WITHDRAWN } from '../../nodes/integration/sending.ts';
import type { MessageChannel } from '../../nodes/trigger/message-channel.ts';
import type { Ids } from '../../ports.ts';
import type { Person } from '../../session/contact.ts';
import type { Channel } from '../../session/session.ts';

/** The key of the one conversation that a person on a number holds with another number of a workflow's. */
export const threadOf = (ids: Pick<Ids, 'hash'>, workflowId: string, { kind, peer, own }: Channel): string =>
  ids.hash([workflowId, kind, peer, own].join('\n'));

/**
 * How a conversation begins with somebody who is written to: what it says goes to their number, and what comes back from
 * there is said in it. Refuses with `unprocessable` whoever has no number, or does not want it any more.
 */
export function writingTo(
  ids: Pick<Ids, 'hash'>,
  workflowId: string,
  { phone, consent }: Pick<Person, 'phone' | 'consent'>,
  { kind, from }: MessageChannel,
): { channel: Channel; thread: string } {
  if (phone === null) throw unreached('no_number', 'The contact has no phone number to write to.');
  if (consent[kind]?.state === 'withdrawn') throw unreached(WITHDRAWN.reason, WITHDRAWN.message);
  const channel = { kind, peer: phone, own: from };
  return { channel, thread: threadOf(ids, workflowId, channel) };
}

const unreached = (reason: string, message: string) => new CrmflowError('unprocessable', message, { reason });
