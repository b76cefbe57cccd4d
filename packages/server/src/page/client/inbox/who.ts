import type { CRMFlow } from '@crmflow/sdk';
import type { Told } from './waiting.ts';

/** Whom a conversation is with, as far as that is known. */
export interface Who {
  /** What they are called. */
  name: string;
  /** How else they are known: a number, an address. */
  beside: string | null;
}

/** Asks whom a conversation is with: by the contact, the number it came in from, or what was said in it. Null when nobody knows. */
export async function whoOf(
  client: CRMFlow,
  { sessionId, contactId }: Pick<Told, 'sessionId' | 'contactId'>,
): Promise<Who | null> {
  const [contact, { channel, variables }] = await Promise.all([
    contactId === null ? null : client.contacts.get({ id: contactId }),
    client.sessions.get({ id: sessionId }),
  ]);
  // What stands for a number that is withheld is none.
  const peer = channel?.peer.startsWith('+') ? channel.peer : null;
  const said = (field: string) => {
    const value = variables?.[field];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const known = (['name', 'phone', 'email'] as const).flatMap((field) => {
    const kept = contact?.[field] ?? (field === 'phone' ? peer : null);
    const text = kept ?? said(field);
    const isProven = kept !== null && !contact?.claimed.includes(field);
    return text === undefined ? [] : [isProven ? text : `${text} (unproven)`];
  });
  const [name, beside = null] = known;
  return name === undefined ? null : { name, beside };
}
