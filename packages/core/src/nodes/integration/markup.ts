/** A text as it stands between and inside the tags of HTML and XML 1.0, without the characters that have no place there. */
export const escapeMarkup = (text: string): string =>
  text.replace(NO_MARKUP, '').replace(/[<>&"']/g, (character) => ENTITIES[character]!);

const NO_MARKUP = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
const ENTITIES: Record<string, string> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
};
