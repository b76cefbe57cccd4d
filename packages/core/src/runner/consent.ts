import type { channels } from '../nodes/contact.ts';
import type { Store } from '../store.ts';

/** A way to reach people, and where somebody is reached in it. */
export interface Reached {
  way: (typeof channels)[number];
  address: string;
}

/** Whether whoever has an address among an owner's contacts does not want to be reached there in this way any more. */
export async function hasWithdrawn(
  store: Pick<Store, 'contacts'>,
  userId: string | null,
  reached: Reached,
): Promise<boolean> {
  return (await contactAt(store, userId, reached))?.consent[reached.way]?.state === 'withdrawn';
}

/** Keeps that whoever has an address has withdrawn their consent, as the provider says who was told so. */
export async function noteWithdrawn(
  store: Pick<Store, 'contacts'>,
  userId: string | null,
  { way, address, at }: Reached & { at: string },
): Promise<void> {
  const found = await contactAt(store, userId, { way, address });
  if (!found || found.consent[way]?.state === 'withdrawn') return;
  const consent = { [way]: { state: 'withdrawn' as const, at, source: 'twilio' } };
  await store.contacts.update(found.id, { consent }, at);
}

const contactAt = async (
  { contacts }: Pick<Store, 'contacts'>,
  userId: string | null,
  { way, address }: Reached,
) =>
  userId === null
    ? null
    : contacts.findBy(userId, way === 'email' ? { email: address.toLowerCase() } : { phone: address });
