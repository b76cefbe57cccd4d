import { mustAgree } from '../../ask.ts';
import type { Context } from '../../context.ts';
import { printList, timeText } from '../../list.ts';
import { valueText } from '../../output.ts';
import { allOf } from '../../pages.ts';
import { printable } from '../../printable.ts';
import { calledOf, contactNamed } from './named.ts';

interface Which {
  tag?: string;
  search?: string;
}

/** Lists contacts. */
export async function list(
  context: Context,
  { limit, tag, search }: Which & { limit: number },
): Promise<void> {
  const { api } = await context.open();
  const filter = { ...(tag !== undefined && { tag }), ...(search !== undefined && { q: search }) };
  await printList(context, {
    limit,
    read: (page) => api.contacts.list({ ...page, ...filter }),
    head: ['id', 'name', 'e-mail', 'phone', 'tags', 'changed'],
    row: ({ id, name, email, phone, tags, updatedAt }) => [
      ...[id, name, email, phone, tags.join(', ')],
      timeText(updatedAt, context.out.isTerminal),
    ],
    none: 'There are no contacts, or none that fits. Add one: crmflow contacts create --email ada@example.com',
  });
}

/** Shows a contact with their conversations. */
export async function show(context: Context, word: string): Promise<void> {
  const { out } = context;
  const { api } = await context.open();
  const contact = await contactNamed(api, word);
  const sessions = await allOf((page) => api.contacts.sessions({ id: contact.id, ...page }));
  if (out.isJson) return out.json({ ...contact, sessions });
  const { id, email, phone, timeZone, language, tags, consent, fields, claimed } = contact;
  const said = (name: string, text: string | null) => {
    if (text) out.line(`${out.colors.bold(name)}: ${printable(text)}`);
  };
  out.line(out.colors.bold(printable(calledOf(contact))));
  const own = { id, 'e-mail': email, phone, 'time zone': timeZone, language, tags: tags.join(', ') };
  for (const [name, text] of Object.entries(own)) said(name, text);
  for (const [channel, { state, at, source }] of Object.entries(consent))
    said(`consent to ${channel}`, `${state} ${at}, ${source}`);
  for (const [name, value] of Object.entries(fields)) said(name, valueText(value));
  said('only claimed', claimed.join(', '));
  if (sessions.length) out.line();
  await out.table(
    ['session', 'status', 'outcome', 'began'],
    sessions.map((session) => [
      ...[session.id, session.status, session.outcome],
      timeText(session.createdAt, out.isTerminal),
    ]),
  );
}

/** Exports contacts as CSV. */
export async function exportAll({ open, out }: Context, which: Pick<Which, 'tag'>): Promise<void> {
  const { api } = await open();
  if (out.isJson) return out.json({ items: await allOf((page) => api.contacts.list({ ...page, ...which })) });
  out.file(new TextDecoder().decode((await api.contacts.export(which)).bytes));
}

/** Erases a contact. */
export async function erase(context: Context, word: string, { yes }: { yes?: boolean }): Promise<void> {
  const { api } = await context.open();
  const contact = await contactNamed(api, word);
  const called = printable(calledOf(contact));
  const question = `Erase ${called} with every conversation they had? Nothing of it comes back.`;
  if (!(await mustAgree(context, yes, question))) return;
  await api.contacts.remove({ id: contact.id });
  context.out.done(`${called} is erased.`, { deleted: contact.id });
}
