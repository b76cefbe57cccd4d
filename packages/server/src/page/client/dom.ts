type Attributes = Record<string, string | boolean | undefined>;

/** Makes an element. Words become text and nothing else: no caller can make markup of them. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value);
  made.append(...children);
  return made;
}

/** A button that does something here, rather than send a form. */
export function button(label: string, attributes: Attributes, press: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, label);
  // The second half of a double click would fall on whatever has come to stand there.
  made.addEventListener('click', ({ detail }) => detail < 2 && press());
  return made;
}

/** For those who hear the page. */
export const spoken = (text: string) => element('span', { class: 'spoken' }, text);

/** A key that is held down would answer the next question too, or start again. */
export const ignoreHeldEnter = (within: HTMLElement): void =>
  within.addEventListener(
    'keydown',
    (event) => event.key === 'Enter' && event.repeat && event.preventDefault(),
  );
