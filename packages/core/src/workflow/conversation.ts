import { z } from 'zod';
import { FieldName, PersonRules } from '../nodes/contact.ts';

/** So much time as passes while nobody says anything. */
const Pause = z.strictObject({
  days: z.number().nonnegative().optional(),
  hours: z.number().nonnegative().optional(),
  minutes: z.number().nonnegative().optional(),
  seconds: z.number().nonnegative().optional(),
});
export const Line = z.union([
  z.strictObject({ bot: z.string() }),
  z.strictObject({ user: z.string() }),
  z.strictObject({ pass: Pause }),
  /** What a person says to whom it was handed over. */
  z.strictObject({ person: z.string() }),
  /** By which way that person gives it back. */
  z.strictObject({ back: z.string() }),
  /** What another system sends to the address that is waited at. */
  z.strictObject({ call: z.json() }),
]);
export const Exchange = z.strictObject({
  method: z.string().default('GET'),
  url: z.string(),
  /** What must be sent, JSON or the fields of a form; anything when absent. */
  body: z.json().optional(),
  status: z.int().default(200),
  json: z.json().optional(),
  /** Where it answers no JSON. */
  text: z.string().optional(),
});
/** What a model answers: words, or the JSON it was asked for, or nothing, and why. */
export const ModelAnswer = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({ json: z.json() }),
  z.strictObject({ fails: z.enum(['unavailable', 'budget']) }),
]);
const Variables = z.record(z.string(), z.json());
/** Whom a conversation is with: a contact of the owner's. */
const KnownPerson = z.strictObject({
  name: PersonRules.name.optional(),
  email: PersonRules.email.optional(),
  phone: PersonRules.phone.optional(),
  timeZone: PersonRules.timeZone.optional(),
  language: PersonRules.language.optional(),
  fields: z.record(FieldName, z.json()).optional(),
  tags: z.array(PersonRules.tag).optional(),
});

/** A conversation a workflow must produce: what is said, what the outside answers, how it ends. */
export const ExpectedConversation = z.strictObject({
  name: z.string(),
  /** When it takes place, ISO 8601. */
  at: z.iso.datetime().default('2026-01-05T09:00:00.000Z'),
  /** Inputs it is started with. */
  variables: Variables.default({}),
  /** Whom it is with; nobody who is known when absent. */
  contact: KnownPerson.optional(),
  /** What the outside answers; anything else is out of reach. */
  http: z.array(Exchange).default([]),
  /** What models answer, one after the other, and nothing more after the last. Without it passages answer, as where nobody has a key. */
  ai: z.array(ModelAnswer).optional(),
  talk: z.array(Line),
  outcome: z.string().nullable().optional(),
  /** Variables it must have learned. */
  learned: Variables.default({}),
});
export const ConversationFile = z.array(ExpectedConversation);

export type Line = z.infer<typeof Line>;
export type Exchange = z.infer<typeof Exchange>;
export type ModelAnswer = z.infer<typeof ModelAnswer>;
export type ExpectedConversation = z.infer<typeof ExpectedConversation>;

const UNITS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000 };
type Unit = keyof typeof UNITS;
const units = Object.keys(UNITS) as Unit[];

/** How long a pause is, in milliseconds. */
export const lengthOf = (pause: z.infer<typeof Pause>): number =>
  units.reduce((ms, unit) => ms + (pause[unit] ?? 0) * UNITS[unit], 0);

/** So many milliseconds, in the largest unit that they are a whole number of. */
export function pauseOf(ms: number): z.infer<typeof Pause> {
  const unit = units.find((each) => ms % UNITS[each] === 0) ?? 'seconds';
  return { [unit]: ms / UNITS[unit] };
}
