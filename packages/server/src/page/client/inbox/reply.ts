import type { CRMFlow } from '@crmflow/sdk';
import { element } from '../dom.ts';
import { createAnswer } from './answer.ts';
import { createGiveBack } from './give-back.ts';
import { isLoggedOut, sentenceOf } from './sentence.ts';
import type { Waiting } from './waiting.ts';

interface Needs {
  client: CRMFlow;
  sessionId: string;
  refuse(reason: string): void;
  /** The login is no good any more. */
  lost(): void;
}

/** How a person answers in a conversation and gives it back: there while it waits for one. */
export function createReply({ client, sessionId: id, refuse, lost }: Needs) {
  const view = element('div', { class: 'reply' });
  const reason = element('p', { class: 'status', id: 'cut' });
  const answer = createAnswer({
    refuse,
    async send(message, idempotencyKey) {
      try {
        await client.sessions.reply({ id, message }, { idempotencyKey });
      } catch (cause) {
        if (isLoggedOut(cause)) lost();
        throw cause;
      }
    },
    sentenceOf: (cause) => (isLoggedOut(cause) ? '' : sentenceOf(cause)),
  });
  answer.field.setAttribute('aria-describedby', reason.id);
  let giveBack: ReturnType<typeof createGiveBack> | null = null;
  let shown = '';
  let isCut = false;
  let hasGivenBack = false;

  async function give(port: string, message: string) {
    refuse('');
    // The news that it waits no longer may come before the answer.
    hasGivenBack = true;
    try {
      await client.sessions.handBack({ id, port, message });
    } catch (cause) {
      hasGivenBack = false;
      if (isLoggedOut(cause)) lost();
      else refuse(sentenceOf(cause));
    }
  }
  function cut(is: boolean) {
    isCut = is;
    answer.cut(is);
    giveBack?.cut(is);
    reason.textContent = is ? 'Nothing can be sent while the connection is lost.' : '';
  }

  return {
    view,
    cut,
    field: answer.field,
    /** Whether it was given back here, since it began to wait. */
    hasGivenBack: () => hasGivenBack,
    wait(waiting: Pick<Waiting, 'nodeId' | 'since' | 'ports'> | null): void {
      const next = waiting ? [waiting.nodeId, waiting.since, ...waiting.ports].join(' ') : '';
      if (next === shown) return;
      shown = next;
      if (!waiting) return view.replaceChildren();
      hasGivenBack = false;
      giveBack = createGiveBack({ ports: waiting.ports, give });
      cut(isCut);
      if (answer.view.isConnected) view.lastElementChild!.replaceWith(giveBack.view);
      else view.replaceChildren(reason, answer.view, giveBack.view);
    },
  };
}
