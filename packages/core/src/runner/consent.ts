import type { channels } from '../nodes/contact.ts';
import type { Store } from '../store.ts';

export type WayToReach = (typeof channels)[number];

/** Whether whoever has an address among an owner's contacts does not want to be reached there in this way any more. */
export async function hasWithdrawn(
  { contacts }: Pick<Store, 'contacts'>,
  userId: string | null,
  { way, address }: { way: WayToReach; address: string },
): Promise<boolean> {
  if (userId === null) return false;
  const found = await contacts.findBy(
    userId,
    way === 'email' ? { email: address.toLowerCase() } : { phone: address },
  );
  return found?.consent[way]?.state === 'withdrawn';
}
