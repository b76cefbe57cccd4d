import {
  createPrompt,
  isDownKey,
  isEnterKey,
  isUpKey,
  useKeypress,
  usePagination,
  useState,
} from '@inquirer/core';
import type { Colors } from '../output.ts';

/** What a menu offers. */
export interface Entry {
  name: string;
  /** What is sent for it. */
  value: string;
}
interface Menu {
  entries: readonly Entry[];
  /** Whether the entries are numbered, and may be called by their number. */
  isNumbered: boolean;
  colors: Colors;
}

/** A menu to go through with the arrow keys, or to type over: a number, a name, or anything else one would say. */
export const menu = createPrompt<string, Menu>(({ entries, isNumbered, colors }, done) => {
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const [answer, setAnswer] = useState('');
  const numberOf = (at: number) => (isNumbered ? `${at + 1}. ` : '');

  useKeypress((key, line) => {
    if (isEnterKey(key)) {
      const meant = typed.trim() === '' ? entries[active]! : entryFor(typed.trim(), { entries, isNumbered });
      setAnswer(meant.name);
      done(meant.value);
    } else if (isUpKey(key) || isDownKey(key)) {
      line.clearLine(0);
      setTyped('');
      setActive((active + (isUpKey(key) ? -1 : 1) + entries.length) % entries.length);
    } else setTyped(line.line);
  });
  const page = usePagination({
    items: entries,
    active,
    pageSize: 12,
    loop: false,
    renderItem: ({ item: { name }, index, isActive }) =>
      isActive && typed === '' ? colors.cyan(`❯ ${numberOf(index)}${name}`) : `  ${numberOf(index)}${name}`,
  });
  if (answer !== '') return `${colors.green('›')} ${colors.cyan(answer)}`;
  return [`${colors.green('›')} ${typed}`, `${page}\n${colors.dim(HINT)}`];
});
const HINT = '  Choose with the arrow keys, or type it (also: help, back, restart)';

/** What is no number of the list is said as it was typed: who asked knows how to read it. */
function entryFor(typed: string, { entries, isNumbered }: Pick<Menu, 'entries' | 'isNumbered'>): Entry {
  const said = { name: typed, value: typed };
  if (!isNumbered || entries.some(({ name }) => name === typed)) return said;
  return /^\d+$/.test(typed) ? (entries[Number(typed) - 1] ?? said) : said;
}
