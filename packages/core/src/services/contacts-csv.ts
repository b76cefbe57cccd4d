import { channels } from '../nodes/contact.ts';
import type { Contact } from '../session/contact.ts';

const OWN = ['id', 'name', 'email', 'phone', 'timeZone', 'language'] as const;

/** Contacts as a spreadsheet reads them (RFC 4180): a column for each field that any of them has. */
export function csvOf(contacts: readonly Contact[]): string {
  const names = [...new Set(contacts.flatMap(({ fields }) => Object.keys(fields)))].sort();
  const head = [
    ...OWN,
    ...['tags', ...channels.map((channel) => `consent.${channel}`), 'createdAt', 'updatedAt'],
    ...names.map((name) => `fields.${name}`),
  ];
  const rows = contacts.map((contact) => [
    ...OWN.map((key) => contact[key]),
    contact.tags.join(', '),
    ...channels.map((channel) => contact.consent[channel]?.state ?? null),
    ...[contact.createdAt, contact.updatedAt],
    ...names.map((name) => contact.fields[name] ?? null),
  ]);
  return [head, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(value: unknown): string {
  const text = typeof value === 'string' ? defused(value) : value === null ? '' : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet takes a text that begins like this for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const defused = (text: string) => (/^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text);
