import { element, spoken } from '../dom.ts';
import { spanText } from './since.ts';
import { titleOf } from './title.ts';
import type { Waiting } from './waiting.ts';

const CONNECTING = 'Connecting …';

/** Who waits for a person, each a link to the conversation. */
export function createList() {
  const rows = new Map<string, Row>();
  const count = element('p', { class: 'count', role: 'status', tabindex: '-1' }, CONNECTING);
  const items = element('ul', {});
  let shown: readonly Waiting[] = [];

  const tick = () => {
    for (const waiting of shown) rows.get(waiting.sessionId)!.tick(waiting.since);
  };
  return {
    view: element('nav', { 'aria-label': 'Who waits' }, count, items),
    tick,
    show(all: readonly Waiting[], openId: string | null, hasHeard: boolean): void {
      shown = all;
      const gone = new Set(rows.keys());
      for (const [at, waiting] of all.entries()) {
        const { sessionId } = waiting;
        gone.delete(sessionId);
        const row = rows.get(sessionId) ?? createRow(sessionId);
        rows.set(sessionId, row);
        row.show(waiting, sessionId === openId);
        // One that is moved would lose the focus.
        if (items.children[at] !== row.view) items.insertBefore(row.view, items.children[at] ?? null);
      }
      for (const sessionId of gone) {
        rows.get(sessionId)!.view.remove();
        rows.delete(sessionId);
      }
      const nobody = hasHeard ? 'Nobody is waiting.' : CONNECTING;
      const text = all.length ? `${all.length} waiting` : nobody;
      if (count.textContent !== text) count.textContent = text;
      tick();
    },
    focus(sessionId: string | null): void {
      const link = sessionId === null ? null : rows.get(sessionId)?.link;
      (link ?? items.querySelector('a') ?? count).focus();
    },
  };
}
type Row = ReturnType<typeof createRow>;

function createRow(sessionId: string) {
  const title = element('b', {});
  const time = element('time', {});
  const workflow = element('span', { class: 'workflow' });
  const words = element('span', { class: 'words' });
  const unseen = element('span', { class: 'unseen' });
  const link = element(
    'a',
    { href: `#${encodeURIComponent(sessionId)}` },
    ...[title, spoken(', waits for '), time, spoken('. '), workflow, words, unseen],
  );
  return {
    view: element('li', {}, link),
    link,
    tick: (since: string) => void (time.textContent = spanText(Date.now() - Date.parse(since))),
    show(waiting: Waiting, isOpen: boolean): void {
      title.textContent = titleOf(waiting);
      time.dateTime = waiting.since;
      time.title = new Date(waiting.since).toLocaleString();
      workflow.textContent = waiting.who ? (waiting.workflowName ?? '') : '';
      words.textContent = waiting.words
        ? `${waiting.words.isOurs ? 'Answered: ' : ''}${waiting.words.text}`
        : '';
      unseen.replaceChildren(...badge(waiting));
      if (isOpen) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    },
  };
}

const badge = ({ unseen, isNew }: Waiting): (Node | string)[] => {
  if (unseen) return [String(unseen), spoken(' unseen')];
  return isNew ? ['new'] : [];
};
