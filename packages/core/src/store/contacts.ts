import type { Address, Contact, PersonPatch } from '../session/contact.ts';
import type { Page, PageRequest } from './page.ts';

export interface ContactFilter {
  tag?: string | undefined;
  /** What the name or a word of it, the e-mail address or the phone number begins with. */
  q?: string | undefined;
}

export interface ContactStore {
  get(id: string): Promise<Contact | null>;
  /** Of the contacts of a user. */
  findBy(userId: string, address: Address): Promise<Contact | null>;
  /** Newest first. */
  list(userId: string, page: PageRequest, only?: ContactFilter): Promise<Page<Contact>>;
  /** Refuses with `conflict` a second one with the same address. */
  create(contact: Contact): Promise<void>;
  /** Changes what the patch says, one field by one; refuses as `create` does. */
  update(id: string, patch: PersonPatch, at: string): Promise<Contact>;
  /** Removes the person with all sessions they had. Log rows stay. */
  erase(id: string): Promise<void>;
}
