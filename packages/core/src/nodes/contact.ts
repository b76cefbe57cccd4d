import { z } from 'zod';
import type { Json } from '../language/json.ts';
import { bareNumber, E164 } from './e164.ts';

/** Ways to reach a person that ask for consent. */
export const channels = ['sms', 'whatsapp', 'email', 'call'] as const;
const Consented = z.object({
  state: z.enum(['granted', 'withdrawn']),
  at: z.iso.datetime(),
  /** Who says so: `owner`, or the session it was said in. */
  source: z.string().max(300),
});
export const Consent = z.partialRecord(z.enum(channels), Consented);

const isZone = (name: string): boolean => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== undefined;
  } catch {
    return false;
  }
};
const canonical = (tag: string): string | undefined => {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
};
const ofObjects = new Set(['__proto__', 'constructor', 'prototype']);

/** How each thing that is known of a person is written. */
export const PersonRules = {
  name: z.string().trim().min(1).max(200),
  email: z.string().trim().toLowerCase().max(254).regex(z.regexes.unicodeEmail, 'this is no e-mail address'),
  phone: z.string().max(60).overwrite(bareNumber).regex(E164, 'write a phone number like +4930123456'),
  timeZone: z.string().max(60).refine(isZone, 'there is no such time zone; write one like Europe/Berlin'),
  language: z
    .string()
    .max(35)
    .refine((tag) => canonical(tag) !== undefined, 'there is no such language; write one like de-DE')
    .transform((tag) => canonical(tag)!),
  tag: z
    .string()
    .trim()
    .min(1)
    .max(50)
    .regex(/^[^,\u0000-\u001f\u007f-\u009f]+$/, 'a tag has no commas and no control characters'),
};
/** Of all fields that are written at once, and of all that an owner keeps of one person; as JSON. */
export const MOST_FIELD_CHARS = 64_000;
/** The name of a field, so that it can be read as `contact.fields.name`. */
export const FieldName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,63}$/,
    'a field is named by letters, digits and _ and starts with a letter',
  )
  .refine((name) => !ofObjects.has(name), 'a field may not have this name');

/** What is known of a person. */
export const Person = z.object({
  name: z.string().nullable(),
  /** In small letters. */
  email: z.string().nullable(),
  /** E.164: `+4930123456`. */
  phone: z.string().nullable(),
  /** IANA: `Europe/Berlin`. */
  timeZone: z.string().nullable(),
  /** BCP 47: `de-DE`. */
  language: z.string().nullable(),
  /** What else is known, by name. */
  fields: z.record(z.string(), z.json()),
  tags: z.array(z.string()),
  consent: Consent,
});
export type Person = z.infer<typeof Person>;

/** What is changed of a person. What is absent stays; null takes away. */
export interface PersonPatch {
  name?: string | null;
  email?: string | null;
  phone?: string | null;
  timeZone?: string | null;
  language?: string | null;
  /** One by one. */
  fields?: Readonly<Record<string, Json>>;
  /** In place of those there are. */
  tags?: readonly string[];
  addTags?: readonly string[];
  removeTags?: readonly string[];
  /** One by one. */
  consent?: { readonly [channel in (typeof channels)[number]]?: z.infer<typeof Consented> | null };
}

/** Somebody of whom nothing is known. */
export const nobody = (): Person => ({
  name: null,
  email: null,
  phone: null,
  timeZone: null,
  language: null,
  fields: {},
  tags: [],
  consent: {},
});

/** A person after a change. */
export function patched(person: Person, patch: PersonPatch): Person {
  const { fields, tags = person.tags, addTags = [], removeTags = [], consent, ...own } = patch;
  return {
    ...person,
    ...own,
    fields: { ...without(person.fields, fields), ...given(fields) },
    tags: [...new Set([...tags, ...addTags])].filter((tag) => !removeTags.includes(tag)),
    consent: { ...without(person.consent, consent), ...given(consent) },
  };
}

/** Two changes, the later one on top of the other. */
export function joinedPatch(first: PersonPatch, then: PersonPatch): PersonPatch {
  const { addTags = [], removeTags = [] } = then;
  return {
    ...first,
    ...then,
    fields: { ...first.fields, ...then.fields },
    consent: { ...first.consent, ...then.consent },
    addTags: [...new Set([...(first.addTags ?? []).filter((tag) => !removeTags.includes(tag)), ...addTags])],
    removeTags: [
      ...new Set([...(first.removeTags ?? []).filter((tag) => !addTags.includes(tag)), ...removeTags]),
    ],
  };
}

/** What a change leaves, in the order it was in: a name that is given again keeps its place. */
const without = <T extends object>(known: T, change: { readonly [name: string]: unknown } = {}): T =>
  Object.fromEntries(Object.entries(known).filter(([name]) => change[name] !== null)) as T;
const given = <T>(change: { readonly [name: string]: T | null | undefined } = {}) =>
  Object.fromEntries(
    Object.entries(change).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, value] as [string, T]],
    ),
  );

/** By what somebody is found among contacts. */
export type Address = { phone: string } | { email: string };
