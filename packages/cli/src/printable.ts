/** Control and direction characters could redraw a terminal or turn a line round: they are shown as what they are. */
const hostile = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A text that is safe to print; its line breaks stay. */
export const printable = (text: string): string => text.replaceAll('\r\n', '\n').replace(hostile, escaped);

/** The same on one line. */
export const oneLine = (text: string): string =>
  printable(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
