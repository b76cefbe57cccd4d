import { CrmflowError } from '../../errors.ts';
import { WITHDRAWN } from '../../nodes/integration/sending.ts';
import type { MessageChannel } from '../../nodes/trigger/message-channel.ts';
import type { Ids } from '../../ports.ts';
import type { Person } from '../../session/contact.ts';
import type { Channel, Session } from '../../session/session.ts';
import type { ThreadKeys } from '../../store.ts';

/** Whose conversation it is. */
type Whose = Pick<Session, 'workflowId' | 'userId'>;

/**
 * What finds the one conversation that a person on a number holds with another number of a workflow's, and all that they hold
 * with that number of its owner's.
 */
export function threadOf(
  ids: Pick<Ids, 'hash'>,
  { workflowId, userId }: Whose,
  { kind, peer, own }: Channel,
): ThreadKeys {
  const between = (id: string) => ids.hash([id, kind, peer, own].join('\n'));
  return { key: between(workflowId), line: userId === null ? null : between(userId) };
}

/**
 * How a conversation begins with somebody who is written to: what it says goes to their number, and what comes back from
 * there is said in it. Refuses with `unprocessable` whoever has no number, or does not want it any more.
 */
export function writingTo(
  ids: Pick<Ids, 'hash'>,
  whose: Whose,
  { phone, consent }: Pick<Person, 'phone' | 'consent'>,
  { kind, from }: MessageChannel,
): { channel: Channel; thread: ThreadKeys } {
  if (phone === null) throw unreached('no_number', 'The contact has no phone number to write to.');
  if (consent[kind]?.state === 'withdrawn') throw unreached(WITHDRAWN.reason, WITHDRAWN.message);
  const channel = { kind, peer: phone, own: from };
  return { channel, thread: threadOf(ids, whose, channel) };
}

const unreached = (reason: string, message: string) => new CrmflowError('unprocessable', message, { reason });
