import { E164 } from '../../nodes/e164.ts';
import { hasWithdrawn } from '../../runner/consent.ts';
import type { Runner } from '../../runner/runner.ts';
import type { Calling } from '../../runner/take.ts';
import { canHear, type Session } from '../../session/session.ts';
import type { Ids } from '../../ports.ts';
import type { Workflow } from '../../workflow/workflow.ts';
import type { Contacts } from '../contacts.ts';
import type { Written } from './inbound.ts';
import { createMedia, type MediaPorts } from './media.ts';
import type { Told } from './deliveries.ts';
import type { Talk } from './talk.ts';
import { threadOf } from './thread.ts';

interface Needs extends MediaPorts {
  ids: Ids;
  runner: Runner;
  talk: Talk;
  byAddress: Contacts['byAddress'];
}

/** Takes text messages: a person on one number is at one conversation with another. */
export function createTexting({ ids, runner, talk, byAddress, ...needs }: Needs) {
  const { clock } = needs;
  const fileFor = createMedia({ ids, ...needs });

  /** What a session is told that waits for words; others keep them in the transcript. */
  const telling = (said: Written) => async (session: Session) => {
    const { id } = session;
    const calling = { messageId: said.sid };
    const { settings } = (await runner.flowOf(session)).main;
    const text = said.text.slice(0, settings.limits.messageChars);
    if (!canHear(session)) return (begun: Begun) => runner.overhear(id, text, { ...calling, begun });
    const file = await fileFor(session, said);
    const wake = { by: 'message' as const, text: file?.name ?? text, ...(file && { file }) };
    return (begun: Begun) => runner.deliver(id, wake, { ...calling, begun });
  };

  /**
   * What somebody tells Twilio of being written to holds for us as well. Whether it was said to Twilio, which has answered, and
   * not to the workflow: START is a word like others for whoever may be written to.
   */
  async function isForTwilio(
    userId: string,
    { channel: { kind, peer }, consent }: Written,
  ): Promise<boolean> {
    if (!consent) return false;
    if (kind === 'voice' || !E164.test(peer)) return consent === 'withdrawn';
    const wasWithdrawn = await hasWithdrawn(needs.store, userId, { way: kind, address: peer });
    const at = clock.now().toISOString();
    const { id } = await byAddress(userId, { phone: peer });
    await needs.store.contacts.update(
      id,
      { consent: { [kind]: { state: consent, at, source: 'twilio' } } },
      at,
    );
    return consent === 'withdrawn' || wasWithdrawn;
  }

  return async (workflow: Workflow, said: Written): Promise<Told | null> => {
    const { channel, sid, text } = said;
    if (await isForTwilio(workflow.userId, said)) return null;
    const thread = threadOf(ids, { workflowId: workflow.id, userId: workflow.userId }, channel);
    return talk.converse(workflow, { channel, thread, said: text, messageId: sid }, telling(said));
  };
}
type Begun = Calling['begun'];
