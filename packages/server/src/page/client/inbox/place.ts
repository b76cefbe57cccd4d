import type { CRMFlow, SessionEvent } from '@crmflow/sdk';
import { element } from '../dom.ts';
import type { Ask } from './ask.ts';
import { createConversation, type Conversation } from './conversation.ts';
import { createReply, type Reply } from './reply.ts';

interface Needs {
  client: CRMFlow;
  ask: Ask;
  /** Something was shown. */
  heard(sessionId: string, event: SessionEvent): void;
  /** Something was not sent in a conversation that was left since. */
  failed(sessionId: string, reason: string): void;
  /** Whether the line of the one that is open is there. */
  onConnection(isConnected: boolean): void;
  /** Another conversation is there, or none; told from which. */
  moved(from: string | null): void;
}

/**
 * Where a conversation stands: the one whose id is the fragment of the address. What was typed in another is kept, and so
 * is what became of it: sent once more after a failure, it would be heard twice without the key of the first try.
 */
export function createPlace({ client, ask, heard, failed, onConnection, moved }: Needs) {
  const view = element('section', { class: 'place' }, nothing());
  const replies = new Map<string, Reply>();
  let open: Conversation | null = null;

  function follow() {
    const id = idIn(location.hash);
    const before = open;
    if ((before?.id ?? null) === id) return;
    before?.close();
    open = id === null ? null : begun(id);
    view.replaceChildren(open?.view ?? nothing());
    moved(before?.id ?? null);
    open?.focus();
  }
  function begun(id: string): Conversation {
    const made: Conversation = createConversation({
      ...{ client, ask, reply: replyTo(id) },
      heard: (event) => heard(id, event),
      onConnection: (isConnected) => open === made && onConnection(isConnected),
    });
    return made;
  }
  function replyTo(sessionId: string): Reply {
    const reply =
      replies.get(sessionId) ??
      createReply({
        ...{ client, ask, sessionId },
        failed: (reason) => open?.id !== sessionId && failed(sessionId, reason),
      });
    replies.set(sessionId, reply);
    return reply;
  }
  addEventListener('hashchange', follow);
  return {
    view,
    follow,
    open: () => open,
    cut: (is: boolean): void => open?.reply.cut(is),
    close(): void {
      open?.close();
      removeEventListener('hashchange', follow);
    },
  };
}

/** What cannot be read names nothing. */
function idIn(hash: string): string | null {
  try {
    return decodeURIComponent(hash.slice(1)) || null;
  } catch {
    return null;
  }
}

const nothing = () => element('p', { class: 'nothing' }, 'Choose whom to answer.');
