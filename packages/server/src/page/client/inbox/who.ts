import type { CRMFlow } from '@crmflow/sdk';
import type { Told } from './waiting.ts';

/** Whom a conversation is with, as far as that is known. */
export interface Who {
  /** What they are called. */
  name: string;
  /** How else they are known: a number, an address. */
  beside: string | null;
}

/** Asks whom a conversation is with: by the contact, or by the number it came in from. Null when nobody knows. */
export async function whoOf(
  client: CRMFlow,
  { sessionId, contactId }: Pick<Told, 'sessionId' | 'contactId'>,
): Promise<Who | null> {
  const [contact, { channel }] = await Promise.all([
    contactId === null ? null : client.contacts.get({ id: contactId }),
    client.sessions.get({ id: sessionId }),
  ]);
  // What stands for a number that is withheld is none.
  const peer = channel?.peer.startsWith('+') ? channel.peer : null;
  const known = [
    ['name', contact?.name] as const,
    ['phone', contact?.phone ?? peer] as const,
    ['email', contact?.email] as const,
  ].flatMap(([field, text]) =>
    text ? [contact?.claimed.includes(field) ? `${text} (unproven)` : text] : [],
  );
  const [name, beside = null] = known;
  return name === undefined ? null : { name, beside };
}
