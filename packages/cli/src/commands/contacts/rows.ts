import { wrongUse } from '../../wrong-use.ts';

/** A line of a file, by its columns. */
export type Row = Record<string, string>;
/** One that does not fit under the columns, and why. */
export class Misfit {
  constructor(readonly why: string) {}
}
export const isRow = (row: Row | Misfit): row is Row => !(row instanceof Misfit);

const OWN = ['name', 'email', 'phone', 'timeZone', 'language'] as const;
/** What an export has besides, and nobody can say. */
export const PASSED_OVER = new Set(['id', 'createdAt', 'updatedAt']);

/** The lines of a CSV file, and whether it is written as spreadsheets write, not in UTF-8. */
export async function rowsIn(
  bytes: Uint8Array,
  path: string,
): Promise<{ rows: (Row | Misfit)[]; isForeign: boolean }> {
  const { parse, CsvError } = await import('csv-parse/sync');
  const { text, isForeign } = textIn(bytes);
  try {
    const delimiter = delimiterIn(text);
    const options = { bom: true, skip_empty_lines: true, trim: true, relax_column_count: true } as const;
    const [names = [], ...lines] = parse(text, { ...options, delimiter });
    const columns = headed(names);
    return { rows: lines.map((cells) => under(columns, cells, delimiter)), isForeign };
  } catch (cause) {
    if (cause instanceof CsvError) throw wrongUse(`${path} is no CSV: ${cause.message}`);
    throw cause;
  }
}

function textIn(bytes: Uint8Array): { text: string; isForeign: boolean } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder('utf-16le').decode(bytes), isForeign: false };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), isForeign: false };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), isForeign: true };
  }
}

/** Whichever stands most often in the first line, outside of quotation marks. */
function delimiterIn(text: string): string {
  const first = /\S.*/.exec(text.slice(0, 100_000).replaceAll(/"[^"]*"/g, ''))?.[0] ?? '';
  const count = (mark: string) => first.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

function under(columns: readonly string[], cells: readonly string[], delimiter: string): Row | Misfit {
  if (cells.slice(columns.length).some((cell) => cell !== ''))
    return new Misfit(
      `It has ${cells.length} cells, and the first line names ${columns.length} columns. Put what has a ${JSON.stringify(delimiter)} in it between quotation marks.`,
    );
  return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']));
}

/** What a column holds, whatever case its name is written in. What is none of a contact's own is a field of that name. */
function headed(names: readonly string[]): string[] {
  if (!names.some((name) => /^(?:name|e-?mail|phone)$/i.test(name)))
    throw wrongUse(
      'The first line must name the columns: name, email or phone, and what else there is: timeZone, language, tags, consent.sms, company, …',
    );
  const columns = names.map((name) => {
    const plain = name.toLowerCase().replace(/^e-mail$/, 'email');
    const own = [...OWN, ...PASSED_OVER, 'tags'].find((each) => each.toLowerCase() === plain);
    return own ?? (/^(?:fields|consent)\./.test(name) ? name : `fields.${fieldIn(name)}`);
  });
  const twice = columns.findIndex((column, at) => columns.indexOf(column) !== at);
  if (twice >= 0)
    throw wrongUse(`Two columns are ${columns[twice]}: which counts? Take one of them out, or rename it.`);
  return columns;
}

/** `Postal code` is `Postal_code`. */
const fieldIn = (name: string) => name.replaceAll(/[^A-Za-z0-9_]+/g, '_');
