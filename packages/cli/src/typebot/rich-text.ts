import { fieldOf, listIn, textIn } from './shape.ts';

export interface Plain {
  text: string;
  /** Whether letters were bold, italic or underlined. */
  isStyled: boolean;
  /** Whether parts were nested too deep to be read. */
  isCut: boolean;
}

const DEEPEST = 40;

/** The text of a bubble: its paragraphs and lists as lines, a link with its address; inline variables stay as `{{Name}}`. */
export function plainText(content: unknown): Plain {
  const found: Plain = { text: '', isStyled: false, isCut: false };
  const rich = listIn(content, 'richText');
  const text = rich.length
    ? lines(rich, found, 0).join('\n')
    : (textIn(content, 'plainText') ?? withoutTags(textIn(content, 'html') ?? ''));
  return { ...found, text: text.replace(/^\n+|\s+$/g, '') };
}

function lines(elements: readonly unknown[], found: Plain, depth: number): string[] {
  return elements.flatMap((element, at) => {
    const type = textIn(element, 'type');
    const children = listIn(element, 'children');
    if (type === 'ul' || type === 'ol') return listed(children, type, found, depth + 1);
    if (children.some(isBlock) && depth < DEEPEST) return lines(children, found, depth + 1);
    // Letters that stand loose belong to one line.
    if (type === undefined && at > 0) return [];
    const loose = type === undefined ? elements : [element];
    return [inline(loose, found, depth)];
  });
}

const BLOCKS = new Set(['p', 'ul', 'ol', 'li', 'lic', 'blockquote', 'h1', 'h2', 'h3', 'h4', 'variable']);
const isBlock = (element: unknown) => BLOCKS.has(textIn(element, 'type') ?? '');

function listed(items: readonly unknown[], type: 'ul' | 'ol', found: Plain, depth: number): string[] {
  if (depth >= DEEPEST) return ((found.isCut = true), []);
  return items.flatMap((item, at) => {
    const [first = '', ...rest] = lines([item], found, depth);
    return [`${type === 'ol' ? `${at + 1}.` : '-'} ${first}`, ...rest.map((line) => `  ${line}`)];
  });
}

function inline(elements: readonly unknown[], found: Plain, depth: number): string {
  if (depth >= DEEPEST) return ((found.isCut = true), '');
  return elements
    .map((element) => {
      const letters = fieldOf(element, 'text');
      if (typeof letters === 'string') {
        if (['bold', 'italic', 'underline'].some((mark) => fieldOf(element, mark) === true) && letters.trim())
          found.isStyled = true;
        return letters;
      }
      const type = textIn(element, 'type');
      const value = textIn(element, 'value');
      if (type === 'inline-variable' && value !== undefined)
        return `{{${value.replace(/^\{\{|\}\}$/g, '')}}}`;
      const inside = inline(listIn(element, 'children'), found, depth + 1);
      const url = type === 'a' ? textIn(element, 'url') : undefined;
      return url === undefined || inside.includes(url) ? inside : `${inside} (${url})`.trim();
    })
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#x27': "'",
  '#39': "'",
};
const withoutTags = (html: string): string =>
  html
    .replace(/<\/(?:div|p|li)>|<br ?\/?>/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#x27|#39);/g, (_, name: string) => ENTITIES[name] ?? '');
