import type { Around, Data, Json } from './made.ts';
import { isSecret } from './names.ts';
import { textIn } from './shape.ts';
import { liquid, quoted, short } from './texts.ts';

/** What a request carries: JSON or a form, as its author wrote it; else every variable, as Typebot sends them. */
export function bodyOf(call: unknown, isCustom: boolean, around: Around): Data {
  const body = textIn(call, 'body')?.trim();
  if (body === undefined || /^\{\{\s*state\s*\}\}$/.test(body)) return everything(around, isCustom);
  const json = jsonIn(body, around);
  if (json !== undefined) return { json };
  const pairs = body.split('&').map((pair) => pair.split('='));
  if (pairs.every((pair) => pair.length === 2 && /^[\w.[\]-]+$/.test(pair[0]!)))
    return { form: Object.fromEntries(pairs.map(([key = '', value = '']) => [key, liquid(value, around)])) };
  around.note(`its body is neither JSON nor a form and is not sent: ${short(body)}`);
  return {};
}

function everything({ bot, variables, note }: Around, isCustom: boolean): Data {
  if (isCustom) return {};
  note('Typebot sends all answers and variables; here all variables are sent, each under its name.');
  const names = bot.variables.flatMap(({ id, name }) => (isSecret(name) ? [] : (variables.read(id) ?? [])));
  return { json: Object.fromEntries(names.map((name) => [name, `=${name}`])) };
}

/** Stand where variables stood, so that what is around them can be read as JSON. */
const [OPEN, CLOSE] = ['\uE000', '\uE001'];

/** JSON with variables inside its texts, or in place of values; undefined where it is none. */
function jsonIn(body: string, around: Around): Json | undefined {
  if (!/^[[{]/.test(body) || body.includes(OPEN)) return undefined;
  const found: string[] = [];
  let isInside = false;
  const marked = body.replace(/\\.|"|\{\{[^{}]+\}\}/gs, (piece) => {
    if (piece === '"') isInside = !isInside;
    if (!piece.startsWith('{{')) return piece;
    const mark = `${OPEN}${found.push(piece) - 1}${CLOSE}`;
    return isInside ? mark : `"${OPEN}${mark}"`;
  });
  try {
    return filled(JSON.parse(marked) as Json, found, around, 0);
  } catch {
    return undefined;
  }
}

const DEEPEST = 40;
function filled(value: Json, found: readonly string[], around: Around, depth: number): Json {
  if (depth > DEEPEST) throw new RangeError('too deep');
  if (typeof value === 'string') return filledText(value, found, around);
  if (Array.isArray(value)) return value.map((item) => filled(item, found, around, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, Json][] => {
      if (!isSecret(key)) return [[key, filled(item, found, around, depth + 1)]];
      around.note(`${short(key)} in its body looks like a secret and is not copied.`);
      return [];
    }),
  );
}

const MARK = new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'g');
function filledText(value: string, found: readonly string[], around: Around): string {
  const source = value.replace(MARK, (_, at: string) => found[Number(at)] ?? '');
  // What stood in place of a value keeps its type.
  if (source.startsWith(OPEN)) {
    const name = around.variables.readNamed(source.slice(3, -2));
    return name === undefined ? '' : `=${name}`;
  }
  const text = liquid(source, around);
  return text.startsWith('=') ? `=${quoted(source)}` : text;
}
