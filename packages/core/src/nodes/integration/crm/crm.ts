import type { Json } from '../../../language/json.ts';

/** A person as a workflow knows them. `email` or `phone` is there. */
export interface Contact {
  email: string | null;
  /** E.164. */
  phone: string | null;
  firstName: string | null;
  lastName: string | null;
  /** By the names the CRM has for them; none is empty. */
  fields: Readonly<Record<string, Json>>;
}

/** By what a contact is found: the e-mail address where there is one. */
export type ContactKey = { by: 'email' | 'phone'; value: string };

/** A contact that the CRM has. */
export interface Kept {
  id: string;
  /** Where a person opens it, when the CRM says so. */
  url?: string;
}

/**
 * One CRM. Each call throws `unprocessable` with `details.reason` where the CRM refuses, `unavailable` where it is away. A
 * contact is looked for before one is made, whatever happened before, so that a run after a crash updates what it finds.
 */
export interface Crm {
  find(key: ContactKey): Promise<Kept | null>;
  update(found: Kept, contact: Contact): Promise<Kept>;
  /** `isNew` is false when the CRM knew better and an old one was updated. */
  create(contact: Contact): Promise<Kept & { isNew: boolean }>;
}

export const nameOf = ({ firstName, lastName }: Contact): string =>
  [firstName, lastName].filter((part) => part !== null).join(' ');

/** Those that are there. */
export const given = (fields: Readonly<Record<string, Json>>): Record<string, Json> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''));
