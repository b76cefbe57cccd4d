import type { Around } from './made.ts';

/** A part of a text of Typebot. */
export type Part =
  | { kind: 'words'; words: string }
  | { kind: 'variable'; name: string }
  | { kind: 'unknown'; called: string }
  | { kind: 'code'; code: string };

type Reading = Pick<Around, 'variables' | 'types' | 'note'>;
const INSIDE = /\{\{=([\s\S]*?)=\}\}|\{\{([^{}]+)\}\}/g;

/** The parts of a text: words, `{{Name}}`, and code between `{{=` and `=}}`. */
export function partsOf(source: string, { variables }: Pick<Around, 'variables'>): Part[] {
  const parts: Part[] = [];
  let from = 0;
  const words = (to: number) => {
    if (to > from) parts.push({ kind: 'words', words: source.slice(from, to) });
  };
  for (const found of source.matchAll(INSIDE)) {
    words(found.index);
    from = found.index + found[0].length;
    const [, code, called] = found;
    const name = called === undefined ? undefined : variables.readNamed(called);
    if (code !== undefined) parts.push({ kind: 'code', code });
    else if (name !== undefined) parts.push({ kind: 'variable', name });
    else parts.push({ kind: 'unknown', called: called ?? '' });
  }
  words(source.length);
  return parts;
}

/** A text as CRMFlow fills it in; what Liquid would read in its words is kept from it. */
export function liquid(source: string, reading: Reading): string {
  const parts = partsOf(source, reading);
  return parts
    .map((part, at) => {
      if (part.kind === 'words') return shielded(part.words, at < parts.length - 1);
      if (part.kind !== 'variable') return leftOut(part, reading.note);
      return `{{ ${shownName(part.name, reading)} }}`;
    })
    .join('');
}

/** An address as CRMFlow fills it in: what stands in its midst is escaped, for a value with a space would end it. */
export const liquidAddress = (source: string, reading: Reading): string =>
  liquid(source, reading).replace(/(?<=.)\{\{ ([\w.]+) \}\}/gs, '{{ $1 | url_encode }}');

/** A file is shown as its address. */
const shownName = (name: string, { types }: Reading) => (types.of(name) === 'map' ? `${name}.url` : name);

const shielded = (words: string, hasMore: boolean): string =>
  words.replace(hasMore ? /\{[{%]|\{$/g : /\{[{%]/g, '{% raw %}$&{% endraw %}');

/** Says what of a text is left out of it. */
export function leftOut(part: Exclude<Part, { kind: 'words' | 'variable' }>, note: Around['note']): '' {
  if (part.kind === 'code') note(`the code {{=${short(part.code)}=}} is left out of its text.`);
  else note(`there is no variable ${short(part.called)}, so nothing is shown for it.`);
  return '';
}

/** A text on one line that is short enough for a note. */
export const short = (words: string): string => {
  const line = words.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
};

/** A text as an expression: `"Hello " + text(name)`. */
export function joined(source: string, reading: Reading): string {
  const parts = partsOf(source, reading).flatMap((part) => {
    if (part.kind === 'words') return [quoted(part.words)];
    if (part.kind === 'variable') return [`text(${shownName(part.name, reading)})`];
    return (leftOut(part, reading.note), []);
  });
  return parts.join(' + ') || '""';
}

/** A text in quotes, as the expression language reads it. */
export const quoted = (words: string): string => JSON.stringify(words);

/** The variable that is all of a text; undefined where there is more, or none. */
export function soleVariable(source: string, reading: Pick<Around, 'variables'>): string | undefined {
  const [part, ...rest] = partsOf(source.trim(), reading);
  return part?.kind === 'variable' && !rest.length ? part.name : undefined;
}
