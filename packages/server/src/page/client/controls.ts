import type { Expects, SessionEvent } from '@crmflow/sdk';
import { button, element } from './dom.ts';
import { choicesOf } from './choices.ts';
import { words } from './words.ts';

export type Waiting = Extract<SessionEvent, { type: 'system:waiting_for_input' }>;
/** What a visitor gives. */
export type Given = { text: string } | { file: File };
export interface Asked {
  give(given: Given): void;
  /** Says what is wrong with an answer before it is sent. */
  refuse(reason: string): void;
}

/** The control for what a session waits for; whatever it is, one may type instead, also `help`, `back` and `restart`. */
export function controlFor(
  { expects, label }: Pick<Waiting, 'expects' | 'label'>,
  asked: Asked,
): HTMLElement {
  const name = label || words.yourAnswer;
  const special = specialFor(expects, name, asked);
  if (!special) return typed(expects, name, asked);
  const other = button(words.typeInstead, { class: 'quiet' }, () => {
    const line = typed({ kind: 'text' }, name, asked);
    special.replaceWith(line);
    other.remove();
    focusFirst(line);
  });
  return element('div', { class: 'control' }, special, other);
}

export const focusFirst = (within: HTMLElement): void =>
  within.querySelector<HTMLElement>('input, textarea, button')?.focus();

function specialFor(expects: Expects, name: string, asked: Asked): HTMLElement | null {
  switch (expects.kind) {
    case 'choice':
    case 'confirm':
    case 'rating':
      return choicesOf(expects, name, asked);
    case 'date':
    case 'time':
      return form(name, asked, input(expects.kind, expects));
    case 'file':
      return files(expects, name, asked);
    case 'text':
    case 'email':
    case 'phone':
    case 'number':
    case 'url':
      return null;
  }
}

/** How a keyboard may help; the server reads and judges what is typed. */
const HINTS: Partial<Record<Expects['kind'], { inputmode: string; autocomplete?: string }>> = {
  email: { inputmode: 'email', autocomplete: 'email' },
  phone: { inputmode: 'tel', autocomplete: 'tel' },
  number: { inputmode: 'decimal' },
  url: { inputmode: 'url', autocomplete: 'url' },
};

function typed({ kind, maxLength }: Expects, name: string, asked: Asked): HTMLElement {
  const hints = HINTS[kind];
  if (hints) return form(name, asked, element('input', { type: 'text', ...hints }));
  const maxlength = maxLength === undefined ? undefined : String(maxLength);
  const area = element('textarea', { rows: '1', maxlength });
  area.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!event.repeat) area.form?.requestSubmit();
  });
  return form(name, asked, area);
}

const input = (type: string, { min, max }: Expects) =>
  element('input', { type, min: min?.toString(), max: max?.toString() });

/** A labelled field with its button. */
function form(
  name: string,
  { give, refuse }: Asked,
  field: HTMLInputElement | HTMLTextAreaElement,
): HTMLElement {
  field.id = 'answer';
  const made = element(
    'form',
    { class: 'answer', novalidate: true },
    element('label', { for: field.id }, name),
    element('div', { class: 'row' }, field, element('button', { type: 'submit' }, words.send)),
  );
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    if (field.value.trim() === '') return refuse(words.writeFirst);
    if (!field.validity.valid) return refuse(field.validationMessage);
    give({ text: field.value });
  });
  return made;
}

function files({ accept, maxBytes = Infinity }: Expects, name: string, { give, refuse }: Asked): HTMLElement {
  const field = element('input', { type: 'file', id: 'answer', accept: accept?.join(',') });
  const made = element(
    'form',
    { class: 'answer' },
    element('label', { for: field.id }, name),
    element('div', { class: 'row' }, field, element('button', { type: 'submit' }, words.sendFile)),
  );
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    const file = field.files?.[0];
    if (!file) return refuse(words.fileFirst);
    if (file.size > maxBytes) return refuse(words.tooLarge(file.name, Math.floor(maxBytes / 1_000)));
    give({ file });
  });
  return made;
}
