import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CrmflowError, type Crmflow, type ErrorCode } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { onFile } from '../../file-error.ts';
import { EXIT } from '../../io.ts';
import { orNull } from '../../or-null.ts';
import { printable } from '../../printable.ts';
import { barOf, whileWaiting } from '../../spinner.ts';
import { wrongUse } from '../../wrong-use.ts';
import { contactNamed } from './named.ts';

type New = Parameters<Crmflow['contacts']['create']>[0];
type Outcome = 'added' | 'changed';
/** A line of the file, by its columns. */
type Row = Record<string, string>;

const OWN = ['name', 'email', 'phone', 'timeZone', 'language'] as const;
/** What is wrong with one row alone. */
const OF_A_ROW: ReadonlySet<ErrorCode> = new Set(['invalid_input', 'conflict', 'too_large', 'unprocessable']);
/** What an export has besides, and nobody can say. */
const PASSED_OVER = new Set(['id', 'createdAt', 'updatedAt']);

/** Adds the people of a CSV file, or what it says of those who are there by their address. One that cannot be kept keeps no other from it. */
export async function importAll(context: Context, path: string): Promise<number> {
  const { out, io } = context;
  const rows = await rowsIn(await onFile(path, () => readFile(resolve(io.cwd, path), 'utf8')), path);
  const { api } = await context.open();
  const counts = { added: 0, changed: 0 };
  const refused: { line: number; reason: string }[] = [];
  await whileWaiting(
    async (say) => {
      for (const [at, row] of rows.entries()) {
        say(`Importing ${barOf({ done: at, total: rows.length })}`);
        try {
          counts[await keep(api, personIn(row))] += 1;
        } catch (cause) {
          if (!(cause instanceof CrmflowError) || !OF_A_ROW.has(cause.code)) throw cause;
          refused.push({ line: at + 2, reason: cause.message });
        }
      }
    },
    'Importing …',
    context,
  );
  if (out.isJson) out.json({ ...counts, refused });
  out.talk(`${counts.added} added, ${counts.changed} changed, ${refused.length} refused.`);
  const fields = Object.keys(rows[0] ?? {}).flatMap((name) => /^fields\.(.*)/.exec(name)?.[1] ?? []);
  if (fields.length) out.talk(`Kept as fields of their own: ${printable(fields.join(', '))}.`);
  for (const { line, reason } of refused) out.talk(`  row ${line}: ${printable(reason)}`);
  return refused.length ? EXIT.failed : EXIT.ok;
}

async function rowsIn(text: string, path: string): Promise<Row[]> {
  const { parse, CsvError } = await import('csv-parse/sync');
  try {
    const options = { bom: true, columns: headed, skip_empty_lines: true, trim: true } as const;
    return parse<Row>(text, { ...options, delimiter: [',', ';', '\t'] });
  } catch (cause) {
    if (cause instanceof CsvError) throw wrongUse(`${path} is no CSV: ${cause.message}`);
    throw cause;
  }
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

/** Empty cells say nothing. */
function personIn(row: Row): New {
  const person: Record<string, unknown> = {};
  const parts = { fields: {} as Row, consent: {} as Record<string, { state: string }> };
  for (const [name, cell] of Object.entries(row)) {
    // An export puts it before what a spreadsheet would take for a formula.
    const text = cell.replace(/^'(?=[=+\-@\t\r＝＋－＠])/, '');
    if (text === '' || PASSED_OVER.has(name)) continue;
    if (name === 'tags') person.tags = text.split(/[,;]/).map((tag) => tag.trim());
    else if (name.startsWith('fields.')) parts.fields[name.slice('fields.'.length)] = text;
    else if (name.startsWith('consent.')) parts.consent[name.slice('consent.'.length)] = { state: text };
    else person[name] = text;
  }
  if (person.email === undefined && person.phone === undefined && person.name === undefined)
    throw new CrmflowError('invalid_input', 'It has no name, no e-mail address and no phone number.');
  for (const [name, part] of Object.entries(parts)) if (Object.keys(part).length) person[name] = part;
  // What is wrong with it is said by whoever keeps it.
  return person;
}

/** Whoever has the address is the same person. */
async function keep(api: Crmflow, person: New): Promise<Outcome> {
  const { contacts } = api;
  try {
    await contacts.create(person);
    return 'added';
  } catch (cause) {
    if (!(cause instanceof CrmflowError) || cause.code !== 'conflict') throw cause;
    const { tags, ...said } = person;
    const known = await orNull(contactNamed(api, String(person.email ?? person.phone)));
    // The number is that of somebody else.
    if (!known) throw cause;
    await contacts.update({ id: known.id, ...said, ...(tags && { addTags: tags }) });
    return 'changed';
  }
}
