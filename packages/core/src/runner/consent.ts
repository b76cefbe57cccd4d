import type { channels } from '../nodes/contact.ts';
import type { Store } from '../store.ts';

/** A way to reach people, and where somebody is reached in it. */
export interface Reached {
  way: (typeof channels)[number];
  address: string;
}

/** Whether whoever has an address among an owner's contacts does not want to be reached there in this way any more. */
export const hasWithdrawn = async (...where: Parameters<typeof withdrawnAt>): Promise<boolean> =>
  (await withdrawnAt(...where)) !== null;

/** Since when (ISO 8601) whoever has an address does not want to be reached there in this way; null where they may be. */
export async function withdrawnAt(
  store: Pick<Store, 'contacts'>,
  userId: string | null,
  reached: Reached,
): Promise<string | null> {
  const consent = (await contactAt(store, userId, reached))?.consent[reached.way];
  return consent?.state === 'withdrawn' ? consent.at : null;
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
