/** What is wrong with a file, in words for whoever brought it. */
export class Refusal extends Error {}

/** Text as it is kept: one form of each sign, none that no database takes, and no more space than says something. */
export const tidy = (text) =>
  text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\0/g, '')
    .replace(/(?<=\p{L})[-\u00ad\u2010]\n(?=\p{Ll})/gu, '')
    .replaceAll('\u00ad', '')
    .replace(/[^\S\n]{2,}|[^\S\n ]/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/** Refuses more text than an item may hold. */
export function mustFit(length, characters) {
  if (length > characters)
    throw new Refusal(`It holds more than ${characters.toLocaleString('en')} characters of text: split it.`);
}
