import { CrmflowError, notFound } from '../../errors.ts';
import { addressesIn, contactAfter, saved, type Contact } from '../../session/contact.ts';
import type { Commit, Store } from '../../store.ts';
import { copy, newestFirst, pageFrom } from './rows.ts';

/** People; `forget` takes away what was said with one of them. */
export function memoryContacts(forget: (contactId: string) => void): Store['contacts'] & {
  has(id: string): boolean;
  /** Writes what a commit says of a person; gives the contact that its session is with from now on. */
  write(commit: Commit, contactId: string | null): string | null;
  /** Forgets the contacts of a user. */
  forgetContacts(userId: string): void;
} {
  const contacts = new Map<string, Contact>();
  const found = (userId: string, key: 'email' | 'phone', address: string | null) =>
    [...contacts.values()].find((row) => address !== null && row.userId === userId && row[key] === address) ??
    null;

  function put(contact: Contact): void {
    for (const key of ['email', 'phone'] as const) {
      const other = found(contact.userId, key, contact[key]);
      if (other && other.id !== contact.id) throw new CrmflowError('conflict', TAKEN);
    }
    contacts.set(contact.id, copy(contact));
  }

  return {
    has: (id) => contacts.has(id),
    get: async (id) => copy(contacts.get(id) ?? null),
    findBy: async (userId, address) =>
      copy(
        'email' in address ? found(userId, 'email', address.email) : found(userId, 'phone', address.phone),
      ),
    async list(userId, page, { tag, q } = {}) {
      const own = [...contacts.values()].filter(
        (row) =>
          row.userId === userId &&
          (tag === undefined || row.tags.includes(tag)) &&
          (q === undefined || beginsWith(row, q.toLowerCase())),
      );
      return copy(pageFrom(newestFirst(own, 'createdAt'), page));
    },
    create: async (contact) => put(contact),
    async update(id, patch, at) {
      const contact = contacts.get(id);
      if (!contact) throw notFound('contact', id);
      const after = saved(contact, patch, at);
      put(after);
      return copy(after);
    },
    async erase(id) {
      if (!contacts.delete(id)) throw notFound('contact', id);
      forget(id);
    },
    write({ session, contact }, contactId) {
      if (!contact) return contactId;
      const linked = (contactId !== null && contacts.get(contactId)) || null;
      const { email, phone } = addressesIn(session);
      const byEmail = found(session.userId!, 'email', email);
      const byPhone = found(session.userId!, 'phone', phone);
      const after = contactAfter(session, contact, { linked, byEmail, byPhone });
      if (after) put(after);
      return after?.id ?? contactId;
    },
    forgetContacts(userId) {
      for (const [id, row] of contacts) if (row.userId === userId) contacts.delete(id);
    },
  };
}

const TAKEN = 'There is already a contact with this e-mail address or phone number.';

const beginsWith = ({ name, email, phone }: Contact, q: string): boolean => {
  const called = name?.toLowerCase();
  return [called, email, phone].some((text) => text?.startsWith(q)) || called?.includes(` ${q}`) === true;
};
