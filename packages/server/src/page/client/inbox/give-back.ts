import { button, element } from '../dom.ts';

interface Asked {
  /** The ways by which it may be given back. */
  ports: readonly string[];
  give(port: string, message: string): Promise<void>;
}

/** Gives a conversation back to its workflow, with a last word if one likes. */
export function createGiveBack({ ports, give }: Asked) {
  const field = element('textarea', { id: 'parting', rows: '1', maxlength: '20000' });
  const ways = ports.map((port) =>
    button(nameOf(port), { class: port === 'out' ? 'way' : 'way other' }, () => void giving(port)),
  );
  let isGiving = false;
  async function giving(port: string) {
    if (isGiving) return;
    isGiving = true;
    await give(port, field.value.trim());
    isGiving = false;
  }
  const view = element(
    'details',
    { class: 'give-back' },
    element('summary', {}, 'Give back …'),
    element('label', { for: 'parting' }, 'Last words to the visitor, if any'),
    field,
    element('div', { class: 'ways', role: 'group', 'aria-label': 'Give back by' }, ...ways),
  );
  return {
    view,
    cut(is: boolean): void {
      for (const way of ways) way.disabled = is;
    },
  };
}

/** The way that every node has needs no name. */
const nameOf = (port: string) => (port === 'out' ? 'Give back' : `Give back by ${port}`);
