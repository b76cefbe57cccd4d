import { element } from '../dom.ts';
import { createList } from './list.ts';
import { sentenceOf } from './sentence.ts';
import { soon } from './soon.ts';
import { createUnsent } from './unsent.ts';
import type { Waiting } from './waiting.ts';

const TICK_MS = 10_000;
/** Who waits already is told at once; where nobody was by then, nobody does. */
const QUIET_MS = 400;

interface Needs {
  /** A line was cut, or mended. */
  cut(isCut: boolean): void;
  /** Nobody waits, as far as one can tell now. */
  heard(): void;
}

/** Who waits, whether the line is there, and what is read aloud of both. */
export function createSide({ cut, heard }: Needs) {
  const list = createList();
  const banner = element('p', { class: 'banner', role: 'status' });
  const spoken = element('p', { class: 'spoken', role: 'status' });
  const alert = element('p', { class: 'alert', role: 'alert' });
  const unsent = createUnsent();
  const lines = new Map<string, boolean>();
  let hasHeard = false;
  const quiet = soon(() => {
    hasHeard = true;
    heard();
  }, QUIET_MS);
  const ticking = setInterval(list.tick, TICK_MS);

  return {
    view: element('div', { class: 'side' }, banner, spoken, alert, unsent.view, list.view),
    unsent,
    show(all: readonly Waiting[], openId: string | null): void {
      list.show(all, openId, hasHeard);
      document.title = `${all.length ? `(${all.length}) ` : ''}Inbox – CRMFlow`;
    },
    /** Goes to a conversation's row, or where the list begins. */
    focus: (sessionId: string | null = null): void => list.focus(sessionId),
    say: (text: string): void => void (spoken.textContent = text),
    refuse: (cause: unknown): void => void (alert.textContent = sentenceOf(cause)),
    /** There are two lines: each is told of, and one that is cut counts. */
    connect(line: 'list' | 'conversation', isConnected: boolean): void {
      lines.set(line, isConnected);
      const isCut = [...lines.values()].includes(false);
      banner.textContent = isCut ? 'The connection is lost. Trying again …' : '';
      if (isConnected) alert.textContent = '';
      if (line === 'list' && isConnected && !hasHeard) quiet.ask();
      cut(isCut);
    },
    close(): void {
      clearInterval(ticking);
      quiet.close();
    },
  };
}
