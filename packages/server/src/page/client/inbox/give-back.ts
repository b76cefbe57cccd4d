import { button, element } from '../dom.ts';

/** Gives a conversation back to its workflow, with a last word if one likes: it stays until it was said. */
export function createGiveBack(give: (port: string, message: string) => Promise<void>) {
  const field = element('textarea', { id: 'parting', rows: '1', maxlength: '20000' });
  const ways = element('div', { class: 'ways', role: 'group', 'aria-label': 'Give back by' });
  let isGiving = false;
  let isCut = false;
  async function giving(port: string) {
    if (isGiving) return;
    isGiving = field.readOnly = true;
    await give(port, field.value.trim());
    isGiving = field.readOnly = false;
  }
  function bar() {
    for (const way of ways.querySelectorAll('button')) way.disabled = isCut;
  }
  const view = element(
    'details',
    { class: 'give-back' },
    element('summary', {}, 'Give back …'),
    element('label', { for: 'parting' }, 'Last words to the visitor, if any'),
    field,
    ways,
  );
  return {
    view,
    /** By which ways it may be given back now. */
    offer(ports: readonly string[]): void {
      view.open = false;
      ways.replaceChildren(
        ...ports.map((port) =>
          button(nameOf(port), { class: port === 'out' ? 'way' : 'way other' }, () => void giving(port)),
        ),
      );
      bar();
    },
    said: (): void => void (field.value = ''),
    cut(is: boolean): void {
      isCut = is;
      bar();
    },
  };
}

/** The way that every node has needs no name. */
const nameOf = (port: string) => (port === 'out' ? 'Give back' : `Give back by ${port}`);
