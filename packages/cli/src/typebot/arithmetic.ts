import type { Around } from './made.ts';

type Token = { kind: 'number' | 'sign'; text: string } | { kind: 'variable'; called: string };
const TOKEN = /\s*(?:(\d+(?:\.\d+)?|\.\d+)|\{\{([^{}]+)\}\}|([-+*/%()]))/y;

/** Reads `{{Score}} + 5 * 2`: the same as an expression with the variables it reads; null for what is anything else. */
export function arithmetic(
  source: string,
  { variables, types }: Pick<Around, 'variables' | 'types'>,
): string | null {
  const tokens = tokensOf(source);
  if (!tokens || !isWellFormed(tokens)) return null;
  if (tokens.length === 1 && tokens[0]!.kind === 'variable') return null;
  const written: string[] = [];
  for (const token of tokens) {
    if (token.kind !== 'variable') written.push(token.text.startsWith('.') ? `0${token.text}` : token.text);
    else {
      const name = variables.readNamed(token.called);
      if (name === undefined) return null;
      // A variable without a value counts as 0, where Typebot would make no number of it at all.
      written.push(
        types.of(name) === 'number' ? `default(${name}, 0)` : `number(default(text(${name}), "0"))`,
      );
    }
  }
  return written.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
}

/** Whether a text is a calculation, whatever its variables. */
export function isArithmetic(source: string): boolean {
  const tokens = tokensOf(source);
  if (!tokens || !isWellFormed(tokens)) return false;
  return tokens.length > 1 || tokens[0]!.kind === 'number';
}

const MOST_TOKENS = 200;
function tokensOf(source: string): Token[] | null {
  const tokens: Token[] = [];
  const text = source.trim();
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found || tokens.length >= MOST_TOKENS) return null;
    const [, number, called, sign] = found;
    if (called !== undefined) tokens.push({ kind: 'variable', called });
    else tokens.push({ kind: number === undefined ? 'sign' : 'number', text: number ?? sign! });
  }
  return tokens.length ? tokens : null;
}

/** Whether values and signs take turns and brackets close. */
function isWellFormed(tokens: readonly Token[]): boolean {
  let depth = 0;
  let wantsValue = true;
  let isNegated = false;
  for (const token of tokens) {
    const sign = token.kind === 'sign' ? token.text : null;
    const opens: boolean = sign === null || sign === '(' || (sign === '-' && wantsValue && !isNegated);
    if (opens !== wantsValue) return false;
    if (sign === '(') depth++;
    if (sign === ')' && --depth < 0) return false;
    isNegated = sign === '-' && wantsValue;
    wantsValue = sign !== null && sign !== ')';
  }
  return depth === 0 && !wantsValue;
}
