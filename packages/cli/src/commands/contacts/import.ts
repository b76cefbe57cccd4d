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
import { isRow, PASSED_OVER, rowsIn, type Misfit, type Row } from './rows.ts';

type New = Parameters<Crmflow['contacts']['create']>[0];
type Outcome = 'added' | 'changed';
/** What is wrong with one row alone. */
const OF_A_ROW: ReadonlySet<ErrorCode> = new Set(['invalid_input', 'conflict', 'too_large', 'unprocessable']);

/** Adds the people of a CSV file, or what it says of those who are there by their address. One that cannot be kept keeps no other from it. */
export async function importAll(
  context: Context,
  path: string,
  { country }: { country?: string } = {},
): Promise<number> {
  const { out, io } = context;
  mustBeCountry(country);
  const { rows, isForeign } = await rowsIn(await onFile(path, () => readFile(resolve(io.cwd, path))), path);
  if (isForeign) out.talk(`${path} is no UTF-8: it is read as Windows-1252, as spreadsheets write it.`);
  const [{ api }, { readPhone }] = await Promise.all([context.open(), import('@crmflow/core')]);
  const dialled = (phone: string): string => {
    const read = country === undefined ? null : readPhone(phone, { country: country.toUpperCase() });
    return read?.ok ? read.value : phone;
  };
  const counts = { added: 0, changed: 0 };
  const refused: { line: number; reason: string }[] = [];
  const kept: number[] = [];
  await whileWaiting(
    async (say) => {
      for (const [at, row] of rows.entries()) {
        say(`Importing ${barOf({ done: at, total: rows.length })}`);
        try {
          const { outcome, isUnwilling } = await keep(api, personIn(row, dialled));
          counts[outcome] += 1;
          if (isUnwilling) kept.push(at + 2);
        } catch (cause) {
          if (!(cause instanceof CrmflowError) || !OF_A_ROW.has(cause.code)) throw cause;
          refused.push({ line: at + 2, reason: cause.message });
        }
      }
    },
    'Importing …',
    context,
  );
  if (out.isJson) out.json({ ...counts, refused, stillWithdrawn: kept.map((line) => ({ line })) });
  out.talk(`${counts.added} added, ${counts.changed} changed, ${refused.length} refused.`);
  const fields = Object.keys(rows.find(isRow) ?? {}).flatMap((name) => /^fields\.(.*)/.exec(name)?.[1] ?? []);
  if (fields.length) out.talk(`Kept as fields of their own: ${printable(fields.join(', '))}.`);
  for (const line of kept)
    out.talk(
      `  row ${line}: they do not want to be written to, and a file does not change that. See: crmflow contacts update --help`,
    );
  for (const { line, reason } of refused) out.talk(`  row ${line}: ${printable(reason)}`);
  return refused.length ? EXIT.failed : EXIT.ok;
}

function mustBeCountry(country: string | undefined): void {
  if (country === undefined) return;
  const code = country.toUpperCase();
  const name = /^[A-Z]{2}$/.test(code) && new Intl.DisplayNames(['en'], { type: 'region' }).of(code);
  if (!name || name === code)
    throw wrongUse(`--country ${country}: write a country as ISO 3166 does, such as DE.`);
}

/** Empty cells say nothing. */
function personIn(row: Row | Misfit, dialled: (phone: string) => string): New {
  if (!isRow(row)) throw new CrmflowError('invalid_input', row.why);
  const person: Record<string, unknown> = {};
  const parts = { fields: {} as Row, consent: {} as Record<string, { state: string }> };
  for (const [name, cell] of Object.entries(row)) {
    // An export puts it before what a spreadsheet would take for a formula.
    const text = cell.replace(/^'(?=[=+\-@\t\r＝＋－＠])/, '');
    if (text === '' || PASSED_OVER.has(name)) continue;
    if (name === 'tags') person.tags = text.split(/[,;]/).map((tag) => tag.trim());
    else if (name.startsWith('fields.')) parts.fields[name.slice('fields.'.length)] = text;
    else if (name.startsWith('consent.')) parts.consent[name.slice('consent.'.length)] = { state: text };
    else person[name] = name === 'phone' ? dialled(text) : text;
  }
  if (person.email === undefined && person.phone === undefined && person.name === undefined)
    throw new CrmflowError('invalid_input', 'It has no name, no e-mail address and no phone number.');
  for (const [name, part] of Object.entries(parts)) if (Object.keys(part).length) person[name] = part;
  // What is wrong with it is said by whoever keeps it.
  return person;
}

/** Whoever has the address is the same person. What they do not want any more stays so, though an older file says otherwise. */
async function keep(api: Crmflow, person: New): Promise<{ outcome: Outcome; isUnwilling: boolean }> {
  const { contacts } = api;
  try {
    await contacts.create(person);
    return { outcome: 'added', isUnwilling: false };
  } catch (cause) {
    if (!(cause instanceof CrmflowError) || cause.code !== 'conflict') throw cause;
    const { tags, consent = {}, ...said } = person;
    const known = await orNull(contactNamed(api, String(person.email ?? person.phone)));
    // The number is that of somebody else.
    if (!known) throw cause;
    const ways = Object.entries(consent) as [Way, { state: string }][];
    const takenBack = ways.filter(([way, { state }]) => state === 'granted' && isWithdrawn(known, way));
    const left = ways.filter((each) => !takenBack.includes(each));
    await contacts.update({
      id: known.id,
      ...said,
      ...(left.length > 0 && { consent: Object.fromEntries(left) }),
      ...(tags && { addTags: tags }),
    });
    return { outcome: 'changed', isUnwilling: takenBack.length > 0 };
  }
}

type Known = Awaited<ReturnType<typeof contactNamed>>;
type Way = keyof Known['consent'];
const isWithdrawn = ({ consent }: Known, way: Way): boolean => consent[way]?.state === 'withdrawn';
