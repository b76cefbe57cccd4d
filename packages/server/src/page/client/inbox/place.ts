import { element } from '../dom.ts';
import type { Conversation } from './conversation.ts';

interface Needs {
  opened(sessionId: string, isOpen: () => boolean): Conversation;
  /** Another conversation is there, or none; told from which. */
  moved(from: string | null): void;
}

/** Where a conversation stands: the one whose id is the fragment of the address. What was typed in another is kept. */
export function createPlace({ opened, moved }: Needs) {
  const view = element('section', { class: 'place' }, nothing());
  const drafts = new Map<string, string>();
  let open: Conversation | null = null;

  function follow() {
    const id = idIn(location.hash);
    const before = open;
    if ((before?.id ?? null) === id) return;
    if (before) drafts.set(before.id, before.reply.field.value);
    before?.close();
    open = id === null ? null : begun(id);
    view.replaceChildren(open?.view ?? nothing());
    moved(before?.id ?? null);
    open?.focus();
  }
  function begun(id: string): Conversation {
    const made: Conversation = opened(id, () => open === made);
    made.reply.field.value = drafts.get(id) ?? '';
    return made;
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
