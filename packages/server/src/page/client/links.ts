import { element } from './dom.ts';

/** An address that stands by itself among words, also in brackets. */
const ADDRESS = /(?<=(?:^|\s)[([<"]?)(?:https?:\/\/|mailto:|tel:)[^\s<>"']+/g;
/** Ends a sentence rather than an address. */
const MARKS = /[.,;:!?)\]}…]+$/;

/** Characters that turn the order of others around, so that an address would read as another. */
const TURNED = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** What stands before an @ looks like the host, and is not. */
const isPlain = (address: string) => URL.canParse(address) && !new URL(address).username;

/** Words with their addresses as links. An address is shown whole: nobody is led anywhere else than he reads. */
export function linked(text: string): (string | HTMLElement)[] {
  if (TURNED.test(text)) return [text];
  const parts: (string | HTMLElement)[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = found.replace(MARKS, '');
    if (!isPlain(address)) continue;
    parts.push(text.slice(end, index), linkTo(address, address));
    end = index + address.length;
  }
  return [...parts, text.slice(end)];
}

/** A link to elsewhere, which hears nothing of this page. */
export const linkTo = (href: string, label: string): HTMLElement =>
  element('a', { href, dir: 'ltr', target: '_blank', rel: 'noopener noreferrer nofollow' }, label);
