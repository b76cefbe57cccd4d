import type { Crmflow } from '@crmflow/core/contract';
import type { Context } from '../../context.ts';
import { printable } from '../../printable.ts';
import { wrongUse } from '../../wrong-use.ts';
import { calledOf, contactNamed } from './named.ts';

/** What was said of a contact on the command line. */
export interface Said {
  name?: string;
  email?: string;
  phone?: string;
  timeZone?: string;
  language?: string;
  field?: readonly string[];
  tag?: readonly string[];
  consent?: readonly string[];
}
type Change = Omit<Parameters<Crmflow['contacts']['update']>[0], 'id'>;
type New = Parameters<Crmflow['contacts']['create']>[0];

/** Adds a contact. */
export async function create(context: Context, { tag, ...given }: Said): Promise<void> {
  const { api } = await context.open();
  // What is nothing yet need not be taken away.
  const made = await api.contacts.create({ ...changeOf(given), ...(tag && { tags: [...tag] }) } as New);
  said(context, made, 'is added');
}

/** Changes a contact. */
export async function update(
  context: Context,
  word: string,
  { tag, untag, ...given }: Said & { untag?: readonly string[] },
): Promise<void> {
  const { api } = await context.open();
  const { id } = await contactNamed(api, word);
  const change = {
    ...changeOf(given),
    ...(tag && { addTags: [...tag] }),
    ...(untag && { removeTags: [...untag] }),
  };
  if (!Object.keys(change).length) throw wrongUse('Say what to change, such as --name or --field company=…');
  said(context, await api.contacts.update({ id, ...change }), 'is changed');
}

/** Nothing takes away. */
function changeOf({ field = [], consent = [], ...own }: Omit<Said, 'tag'>): Change {
  return {
    ...Object.fromEntries(Object.entries(own).map(([key, text]) => [key, text === '' ? null : text])),
    ...(field.length && { fields: Object.fromEntries(field.map((pair) => pairIn('--field', pair))) }),
    ...(consent.length && {
      consent: Object.fromEntries(
        consent.map((pair) => {
          const [channel, state] = pairIn('--consent', pair);
          return [channel, state && { state }];
        }),
      ),
    }),
  };
}

function pairIn(flag: string, pair: string): [string, string | null] {
  const at = pair.indexOf('=');
  if (at < 1) throw wrongUse(`${flag} ${pair}: write a name and what it is, such as company=Analytical.`);
  return [pair.slice(0, at), pair.slice(at + 1) || null];
}

function said({ out }: Context, contact: Awaited<ReturnType<Crmflow['contacts']['get']>>, how: string): void {
  if (out.isJson) out.json(contact);
  else out.line(contact.id);
  out.talk(`${printable(calledOf(contact))} ${how}.`);
}
