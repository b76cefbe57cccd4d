import type { Runner } from '../../runner/runner.ts';
import type { Calling } from '../../runner/take.ts';
import type { Session } from '../../session/session.ts';
import type { Ids } from '../../ports.ts';
import type { Workflow } from '../../workflow/workflow.ts';
import type { Written } from './inbound.ts';
import { createMedia, type MediaPorts } from './media.ts';
import type { Told } from './deliveries.ts';
import type { Talk } from './talk.ts';
import { threadOf } from './thread.ts';

interface Needs extends MediaPorts {
  ids: Ids;
  runner: Runner;
  talk: Talk;
}

/** Takes text messages: a person on one number is at one conversation with another. */
export function createTexting({ ids, runner, talk, ...needs }: Needs) {
  const fileFor = createMedia({ ids, ...needs });

  /** What a session is told that waits for words; others keep them in the transcript. */
  const telling = (said: Written) => async (session: Session) => {
    const { id, wait } = session;
    const calling = { messageId: said.sid };
    const { settings } = (await runner.flowOf(session)).main;
    const text = said.text.slice(0, settings.limits.messageChars);
    if (wait && wait.for !== 'message' && wait.for !== 'person')
      return (begun: Begun) => runner.overhear(id, text, { ...calling, begun });
    const file = await fileFor(session, said);
    const wake = { by: 'message' as const, text: file?.name ?? text, ...(file && { file }) };
    return (begun: Begun) => runner.deliver(id, wake, { ...calling, begun });
  };

  return (workflow: Workflow, said: Written): Promise<Told | null> => {
    const { channel, sid, text } = said;
    const thread = threadOf(ids, workflow.id, channel);
    return talk.converse(workflow, { channel, thread, said: text, messageId: sid }, telling(said));
  };
}
type Begun = Calling['begun'];
