import type { Expects } from '@crmflow/sdk';
import { button, element } from './dom.ts';
import { words } from './words.ts';

interface Asked {
  give(given: { text: string }): void;
  refuse(reason: string): void;
}
interface Option {
  label: string;
  /** What is sent for it. */
  value: string;
}

/** Buttons for a choice, a yes or no, or a mark; boxes where several may be chosen; null when there is nothing to press. */
export function choicesOf(expects: Expects, name: string, asked: Asked): HTMLElement | null {
  const options = optionsOf(expects);
  if (!options.length) return null;
  if (expects.multiple) return boxes(options, name, asked);
  const isScale = expects.kind === 'rating';
  return element(
    'div',
    { class: isScale ? 'choices scale' : 'choices', role: 'group', 'aria-label': name },
    ...options.map(({ label, value }) =>
      button(label, { class: 'choice' }, () => asked.give({ text: value })),
    ),
  );
}

function boxes(options: Option[], name: string, { give, refuse }: Asked): HTMLElement {
  const fields = options.map(({ value }) => element('input', { type: 'checkbox', value }));
  const rows = options.map(({ label }, at) => element('label', { class: 'choice' }, fields[at]!, label));
  const made = element(
    'form',
    { class: 'answer' },
    element('fieldset', { class: 'choices' }, element('legend', {}, name), ...rows),
    element('button', { type: 'submit' }, words.send),
  );
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    const chosen = fields.filter(({ checked }) => checked).map(({ value }) => value);
    if (chosen.length) give({ text: chosen.join(', ') });
    else refuse(words.chooseFirst);
  });
  return made;
}

/** More marks than that are easier typed. */
const MOST_MARKS = 11;

function optionsOf({ kind, choices = [], multiple, min, max }: Expects): Option[] {
  if (kind !== 'rating') return sendable(choices, multiple === true);
  if (typeof min !== 'number' || typeof max !== 'number' || max - min >= MOST_MARKS) return [];
  return Array.from({ length: max - min + 1 }, (_, at) => String(min + at)).map((mark) => ({
    label: mark,
    value: mark,
  }));
}

/** What a person would have typed, unless two labels are the same or one could be read as several. */
function sendable(choices: NonNullable<Expects['choices']>, isList: boolean): Option[] {
  const labels = new Set(choices.map(({ label }) => label.toLowerCase()));
  const areClear =
    labels.size === choices.length &&
    !(isList && choices.some(({ label }) => /[,;]| and | und /i.test(label)));
  return choices.map(({ id, label }) => ({ label, value: areClear ? label : id }));
}
