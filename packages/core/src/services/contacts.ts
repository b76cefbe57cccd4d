import type { Services } from '../contract/index.ts';
import type { Actor } from '../contract/operation.ts';
import { CrmflowError, notFound } from '../errors.ts';
import type { Address } from '../nodes/contact.ts';
import type { Clock, Ids } from '../ports.ts';
import { sendingId } from '../runner/reach.ts';
import type { Runner } from '../runner/runner.ts';
import type { Beginning } from '../session/begin.ts';
import {
  changed,
  newContact,
  personOf,
  provenOf,
  type Contact,
  type PersonPatch,
} from '../session/contact.ts';
import type { Archive, Store } from '../store.ts';
import { csvOf } from './contacts-csv.ts';
import { sessionFor } from './session-view.ts';
import { ownerOf } from './workflows.ts';

interface Needs {
  store: Store;
  ids: Ids;
  clock: Clock;
  runner: Runner;
  archive?: Archive | undefined;
  report(cause: unknown, sessionId: string): void;
}
/** Whom a session begins with. */
type Given = NonNullable<Beginning['contact']>;

/** Contacts as services and channels use them. */
export type Contacts = ReturnType<typeof createContacts>;

export function createContacts({
  store,
  ids,
  clock,
  runner,
  archive,
  report,
}: Needs): Services['contacts'] & {
  /**
   * Whoever holds a telephone number or an e-mail address, as a channel or the user's own system has proved it: found among
   * a user's contacts or made. What others have claimed of them is not shown.
   */
  byAddress(userId: string, address: Address): Promise<Given>;
} {
  const { contacts } = store;
  const now = () => clock.now().toISOString();
  const owned = (actor: Actor, id: string) => ownContact(store, ownerOf(actor), id);

  return {
    async list(actor, { limit, cursor, ...only }) {
      const { items, nextCursor } = await contacts.list(ownerOf(actor), { limit, cursor }, only);
      return { items: items.map(viewOf), nextCursor };
    },
    async create(actor, given) {
      const at = now();
      const contact = changed(newContact(ids.row(), ownerOf(actor), at), patchOf(given, at), at);
      await contacts.create(contact);
      return viewOf(contact);
    },
    async export(actor, only, signal) {
      const userId = ownerOf(actor);
      const all: Contact[] = [];
      let chars = 0;
      for (let cursor: string | null | undefined; cursor !== null;) {
        signal?.throwIfAborted();
        const page = await contacts.list(userId, { limit: 200, cursor }, only);
        chars += JSON.stringify(page.items).length;
        if (chars > MOST_EXPORTED_CHARS) throw tooMany();
        all.push(...page.items);
        cursor = page.nextCursor;
      }
      const bytes = new TextEncoder().encode(csvOf(all));
      return { name: 'contacts.csv', mimeType: 'text/csv', bytes };
    },
    get: async (actor, { id }) => viewOf(await owned(actor, id)),
    async update(actor, { id, claimed: _claimed, createdAt: _made, updatedAt: _changed, ...given }) {
      await owned(actor, id);
      const at = now();
      return viewOf(await contacts.update(id, patchOf(given, at), at));
    },
    async sessions(actor, { id, ...page }) {
      await owned(actor, id);
      const { items, nextCursor } = await store.sessions.list({ of: { contactId: id } }, page);
      return { items: items.map((session) => sessionFor('owner', session)), nextCursor };
    },
    async remove(actor, { id }) {
      const { userId, phone } = await owned(actor, id);
      const open = await store.sessions.openWith(id);
      // One that cannot end, such as that of an unreadable version, goes all the same.
      const ended = open.map((each) => runner.end(each, 'deleted').catch((cause) => report(cause, each)));
      await Promise.all(ended);
      if (phone !== null) await store.sendings.remove(sendingId(ids, userId, phone));
      // Before, so that it can be done again where it fails; and after, for what was just being written.
      await archive?.forget(id);
      await contacts.erase(id);
      await archive?.forget(id);
      return {};
    },
    async byAddress(userId, address) {
      const at = now();
      const fresh = changed(newContact(ids.row(), userId, at), address, at);
      const there = () => contacts.findBy(userId, address);
      const contact = (await there()) ?? (await contacts.create(fresh).then(() => fresh, orElse(there)));
      const { id, claimed } = contact;
      // It is theirs from now on: whoever claimed it first may not put another in its place, to be shown what they say.
      const [by] = Object.keys(address);
      if (claimed.includes(by!)) await contacts.update(id, address, at);
      return { id, person: { ...provenOf(contact), ...address } };
    },
  };
}

/** A file is made in memory. */
const MOST_EXPORTED_CHARS = 50_000_000;
const tooMany = () =>
  new CrmflowError(
    'too_large',
    'These are too many for one file. Export them by tag, or list them in pages.',
  );

/** Whom the owner of a workflow starts a session for; somebody else's contact is not there for anyone. */
export async function contactOf(
  store: Store,
  actor: Actor,
  ownerId: string | null,
  id: string,
): Promise<Given> {
  if (actor.role !== 'user' || actor.userId !== ownerId) throw notFound('contact', id);
  return { id, person: personOf(await ownContact(store, ownerId, id)) };
}

async function ownContact({ contacts }: Store, userId: string, id: string): Promise<Contact> {
  const contact = await contacts.get(id);
  if (contact?.userId !== userId) throw notFound('contact', id);
  return contact;
}

/** Somebody else made it in that moment. */
const orElse =
  (there: () => Promise<Contact | null>) =>
  async (cause: unknown): Promise<Contact> => {
    const found = cause instanceof CrmflowError && cause.code === 'conflict' ? await there() : null;
    if (!found) throw cause;
    return found;
  };

/** A change as it is sent: of a consent only its state has to be said. */
type Sent = { [K in Exclude<keyof PersonPatch, 'consent'>]?: PersonPatch[K] | undefined } & {
  consent?: Record<string, Consented | null | undefined> | undefined;
};
interface Consented {
  state: 'granted' | 'withdrawn';
  at?: string | undefined;
  source?: string | undefined;
}

function patchOf({ consent, ...given }: Sent, at: string): PersonPatch {
  const whole = ({ state, at: then = at, source = 'owner' }: Consented) => ({ state, at: then, source });
  const said = Object.entries(consent ?? {}).flatMap(([channel, each]) =>
    each === undefined ? [] : [[channel, each && whole(each)] as const],
  );
  const own = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(own), consent: Object.fromEntries(said) };
}

const viewOf = ({ userId: _owner, ...contact }: Contact) => contact;
