import { CrmflowError, type ContactView, type Crmflow } from '@crmflow/core/contract';

/** The contact with this id, e-mail address or phone number. */
export async function contactNamed(api: Crmflow, word: string): Promise<ContactView> {
  const isAddress = word.includes('@') || word.startsWith('+');
  if (!isAddress) return api.contacts.get({ id: word });
  const address = word.trim().toLowerCase();
  const { items } = await api.contacts.list({ q: address, limit: 200 });
  const found = items.find(({ email, phone }) => email === address || phone === address);
  if (found) return found;
  throw new CrmflowError(
    'not_found',
    `You have no contact with the address ${word}. See: crmflow contacts list`,
  );
}

/** What a contact is called, as far as anything is known. */
export const calledOf = ({ id, name, email, phone }: ContactView): string => name ?? email ?? phone ?? id;
