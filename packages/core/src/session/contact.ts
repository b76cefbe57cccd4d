import { CrmflowError } from '../errors.ts';
import {
  joinedPatch,
  MOST_FIELD_CHARS,
  nobody,
  patched,
  type Person,
  type PersonPatch,
} from '../nodes/contact.ts';
import type { Draft } from './draft.ts';
import type { Session } from './session.ts';

export type { Address, Person, PersonPatch } from '../nodes/contact.ts';

/** A person as their owner keeps them. */
export interface Contact extends Person {
  id: string;
  userId: string;
  /**
   * What only somebody has said who claimed to be this person, by giving their address: `email`, `fields.company`,
   * `tags.lead`. Nobody but the owner is shown it.
   */
  claimed: string[];
  createdAt: string;
  updatedAt: string;
}

/** What a commit writes of a person. */
export interface ContactWrite {
  patch: PersonPatch;
  /** Of the contact that is made when there is none; the same for all commits of a session. */
  newId: string;
}

/** A node writes something of the person the session is with. */
export function writePerson(draft: Draft, patch: PersonPatch): void {
  const { session } = draft;
  const { isProven, person } = session.contact ?? { isProven: false, person: nobody() };
  session.contact = { isProven, person: patched(person, patch) };
  draft.contact = draft.contact ? joinedPatch(draft.contact, patch) : patch;
}

/** What of a contact may be shown to whoever has proved to be them: not what others have claimed. */
export function provenOf(contact: Contact): Person {
  const isClaimed = (key: string) => contact.claimed.includes(key);
  const person = personOf(contact);
  const kept = <T>(what: string, known: Record<string, T>) =>
    Object.fromEntries(Object.entries(known).filter(([name]) => !isClaimed(`${what}.${name}`)));
  const own = Object.fromEntries(OWN.map((key) => [key, isClaimed(key) ? null : person[key]]));
  return {
    ...person,
    ...own,
    fields: kept('fields', person.fields),
    tags: person.tags.filter((tag) => !isClaimed(`tags.${tag}`)),
    consent: kept('consent', person.consent),
  };
}

/** The person of a contact. */
export const personOf = ({
  name,
  email,
  phone,
  timeZone,
  language,
  fields,
  tags,
  consent,
}: Contact): Person => ({
  ...{ name, email, phone, timeZone, language },
  ...{ fields, tags, consent },
});

/** A new contact of whom nothing is known yet. */
export const newContact = (id: string, userId: string, at: string): Contact => ({
  ...{ id, userId },
  ...nobody(),
  ...{ claimed: [], createdAt: at, updatedAt: at },
});

/** A contact after its owner's change, or of somebody who has proved to be them: what is written is no claim any more. */
export function changed(contact: Contact, patch: PersonPatch, at: string): Contact {
  const after = { ...contact, ...patched(personOf(contact), patch), updatedAt: at };
  const said = new Set(keysOf(patch));
  return {
    ...after,
    claimed: stillThere(
      after,
      contact.claimed.filter((key) => !said.has(key)),
    ),
  };
}

/** A contact after its owner's save. Refuses (`too_large`) what grows beyond what a list of contacts can bear. */
export function saved(contact: Contact, patch: PersonPatch, at: string): Contact {
  const after = changed(contact, patch, at);
  const chars = charsIn(after);
  if (chars > MOST_FIELD_CHARS && chars > charsIn(contact))
    throw new CrmflowError(
      'too_large',
      `The fields of a contact hold at most ${MOST_FIELD_CHARS} characters together. Take some away first: null does.`,
    );
  return after;
}
const charsIn = ({ fields }: Contact): number => JSON.stringify(fields).length;

/** A contact after the change of somebody who claims to be them. */
function claimedBy(contact: Contact, patch: PersonPatch, at: string): Contact {
  const before = personOf(contact);
  const person = patched(before, patch);
  const fresh = keysOf(patch).filter((key) => textAt(before, key) !== textAt(person, key));
  const after = { ...contact, ...person, updatedAt: at };
  return { ...after, claimed: stillThere(after, [...new Set([...contact.claimed, ...fresh])]) };
}

/** Where a commit's person may be kept: the contact of its session, and those with the addresses it writes. */
export interface Found {
  linked: Contact | null;
  byEmail: Contact | null;
  byPhone: Contact | null;
}

/** The addresses by which a contact is looked for when a commit is written. */
export function addressesIn({ contact }: Pick<Session, 'contact'>): Pick<Person, 'email' | 'phone'> {
  const { email = null, phone = null } = contact?.person ?? {};
  return { email, phone };
}

/**
 * The contact as a commit leaves it; null when there is nobody to write to. Who gives an address has not proved that it
 * is theirs: by a claim no address and no consent of a contact that was there is changed.
 */
export function contactAfter(session: Session, { patch, newId }: ContactWrite, found: Found): Contact | null {
  const { linked, byEmail, byPhone } = found;
  const { userId, updatedAt: at, contact } = session;
  if (userId === null || !contact) return null;
  if (linked && contact.isProven) return changed(linked, withoutTaken(patch, linked, found), at);
  if (linked) return claimedBy(linked, claimable(linked, patch, newId, found), at);
  const { email, phone, tags, ...rest } = contact.person;
  const whole: PersonPatch = {
    ...given({ email, phone, ...rest }),
    addTags: tags,
    ...(patch.removeTags && { removeTags: patch.removeTags }),
  };
  const there = byEmail ?? byPhone;
  if (there) return claimedBy(there, claimable(there, whole, newId, found), at);
  return email === null && phone === null ? null : claimedBy(newContact(newId, userId, at), whole, at);
}

/** An address that another contact has stays theirs. */
function withoutTaken(patch: PersonPatch, { id }: Contact, { byEmail, byPhone }: Found): PersonPatch {
  const { email, phone, ...rest } = patch;
  return {
    ...rest,
    ...(email !== undefined && (!byEmail || byEmail.id === id) && { email }),
    ...(phone !== undefined && (!byPhone || byPhone.id === id) && { phone }),
  };
}

/** What a claim may write. The session that made a contact goes on with what nobody but itself has said of it. */
function claimable(contact: Contact, patch: PersonPatch, newId: string, found: Found): PersonPatch {
  const { email, phone, consent, ...rest } = withoutTaken(patch, contact, found);
  if (contact.id !== newId) return rest;
  const isOurs = (key: string) => contact.claimed.includes(key) || textAt(contact, key) === NOTHING;
  const ours = Object.entries(consent ?? {}).filter(([channel]) => isOurs(`consent.${channel}`));
  return {
    ...rest,
    ...(email !== undefined && isOurs('email') && { email }),
    ...(phone !== undefined && isOurs('phone') && { phone }),
    consent: Object.fromEntries(ours),
  };
}

const OWN = ['name', 'email', 'phone', 'timeZone', 'language'] as const;

/** What a change is about: `name`, `fields.company`, `tags.lead`, `consent.sms`. */
const keysOf = ({ fields = {}, tags = [], addTags = [], consent = {}, ...own }: PersonPatch): string[] => [
  ...OWN.filter((key) => own[key] !== undefined),
  ...Object.keys(fields).map((name) => `fields.${name}`),
  ...[...tags, ...addTags].map((tag) => `tags.${tag}`),
  ...Object.keys(consent).map((channel) => `consent.${channel}`),
];

const NOTHING = 'null';
/** What stands under a key, to be compared. */
function textAt(person: Person, key: string): string {
  const [what = '', ...path] = key.split('.');
  const name = path.join('.');
  if (what === 'tags') return person.tags.includes(name) ? key : NOTHING;
  if (what === 'fields' || what === 'consent')
    return JSON.stringify((person[what] as Record<string, unknown>)[name] ?? null);
  return JSON.stringify(person[what as (typeof OWN)[number]]);
}

const stillThere = (contact: Contact, claimed: readonly string[]) =>
  claimed.filter((key) => textAt(contact, key) !== NOTHING);

const given = (patch: PersonPatch): PersonPatch =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null));
