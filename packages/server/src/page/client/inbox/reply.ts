import type { CRMFlow } from '@crmflow/sdk';
import { element } from '../dom.ts';
import { createAnswer } from './answer.ts';
import type { Ask } from './ask.ts';
import { createGiveBack } from './give-back.ts';
import { sentenceOf } from './sentence.ts';
import type { Waiting } from './waiting.ts';

interface Needs {
  client: CRMFlow;
  ask: Ask;
  sessionId: string;
  /** Something was not sent; told why, also while the conversation is not open. */
  failed(reason: string): void;
}
export type Reply = ReturnType<typeof createReply>;

/**
 * How a person answers in a conversation and gives it back: there while it waits for one. It outlives what is shown of the
 * conversation: what is typed, what is under way and what failed are there again when one comes back.
 */
export function createReply({ client, ask, sessionId: id, failed }: Needs) {
  const view = element('div', { class: 'reply' });
  const alert = element('p', { class: 'alert', role: 'alert' });
  const reason = element('p', { class: 'status', id: 'cut' });
  const refuse = (why: string): void => void (alert.textContent = why);
  function refused(cause: unknown) {
    const why = sentenceOf(cause);
    refuse(why);
    failed(why);
  }
  const answer = createAnswer({
    ...{ refuse, refused },
    send: async (message, idempotencyKey) =>
      void (await ask(() => client.sessions.reply({ id, message }, { idempotencyKey }))),
  });
  answer.field.setAttribute('aria-describedby', reason.id);
  const giveBack = createGiveBack(give);
  let shown = '';
  let hasGivenBack = false;

  async function give(port: string, message: string) {
    refuse('');
    // The news that it waits no longer may come before the answer.
    hasGivenBack = true;
    try {
      await ask(() => client.sessions.handBack({ id, port, message }));
      giveBack.said();
    } catch (cause) {
      hasGivenBack = false;
      refused(cause);
    }
  }

  return {
    ...{ id, view, alert },
    field: answer.field,
    cut(is: boolean): void {
      answer.cut(is);
      giveBack.cut(is);
      reason.textContent = is ? 'Nothing can be sent while the connection is lost.' : '';
    },
    /** Whether it was given back here, since it began to wait. */
    hasGivenBack: () => hasGivenBack,
    wait(waiting: Pick<Waiting, 'nodeId' | 'since' | 'ports'> | null): void {
      const next = waiting ? [waiting.nodeId, waiting.since, ...waiting.ports].join(' ') : '';
      if (next === shown) return;
      shown = next;
      if (!waiting) return view.replaceChildren();
      hasGivenBack = false;
      giveBack.offer(waiting.ports);
      // One that is moved would lose the focus.
      if (!answer.view.isConnected) view.replaceChildren(reason, answer.view, giveBack.view);
    },
  };
}
