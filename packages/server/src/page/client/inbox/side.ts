import { element } from '../dom.ts';
import { createList } from './list.ts';
import { sentenceOf } from './sentence.ts';

const TICK_MS = 10_000;

/** Who waits, whether the line is there, and what is read aloud of both; told when a line is cut and mended. */
export function createSide(cut: (isCut: boolean) => void) {
  const list = createList();
  const banner = element('p', { class: 'banner', role: 'status' });
  const spoken = element('p', { class: 'spoken', role: 'status' });
  const alert = element('p', { class: 'alert', role: 'alert' });
  const lines = new Map<string, boolean>();
  const ticking = setInterval(list.tick, TICK_MS);

  return {
    view: element('div', { class: 'side' }, banner, spoken, alert, list.view),
    show: list.show,
    focus: list.focus,
    say: (text: string): void => void (spoken.textContent = text),
    refuse: (cause: unknown): void => void (alert.textContent = sentenceOf(cause)),
    /** There are two lines: each is told of, and one that is cut counts. */
    connect(line: 'list' | 'conversation', isConnected: boolean): void {
      lines.set(line, isConnected);
      const isCut = [...lines.values()].includes(false);
      banner.textContent = isCut ? 'The connection is lost. Trying again …' : '';
      if (isConnected) alert.textContent = '';
      cut(isCut);
    },
    close: (): void => clearInterval(ticking),
  };
}
