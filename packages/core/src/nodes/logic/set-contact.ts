import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import type { Json } from '../../language/json.ts';
import { channels, FieldName, MOST_FIELD_CHARS, PersonRules, type PersonPatch } from '../contact.ts';
import { expression, type Expression } from '../data.ts';
import { lazily } from '../listen/question.ts';
import { readEmail } from '../listen/read/email.ts';
import type { NodeContext } from '../node.ts';

const phones = lazily(() => import('../listen/read/phone.ts'));

/** What to write of the contact: each an expression; one that gives no value writes nothing. */
export const writtenContact = () =>
  z
    .strictObject({
      name: expression('text').optional(),
      email: expression('text').optional(),
      /** A number without a prefix is one of the country in the settings. */
      phone: expression('text').optional(),
      /** IANA: `Europe/Berlin`. */
      timeZone: expression('text').optional(),
      /** BCP 47: `de-DE`. */
      language: expression('text').optional(),
      /** By name; read as `contact.fields.name`. */
      fields: z.record(FieldName, expression()).optional(),
      /** A tag, or a list of them. */
      addTags: expression().optional(),
      removeTags: expression().optional(),
      /** Whether they may be reached this way: true grants it, false withdraws it. */
      consent: z.partialRecord(z.enum(channels), expression('boolean')).optional(),
    })
    .refine((given) => Object.values(given).some((each) => each !== undefined), 'say what to write');
type Data = z.output<ReturnType<typeof writtenContact>>;

/** Reading phone numbers takes a library. */
export const loadFor = ({ phone }: Data): Promise<unknown> | undefined => phone && phones.load();

/** What is written of the contact. */
export function writtenIn(data: Data, ctx: NodeContext): PersonPatch {
  const { scope, country, sessionId } = ctx;
  const valueOf = (value: Expression | undefined) => value?.evaluate(scope) ?? null;
  const read = (key: keyof typeof readers): string | undefined => {
    const value = valueOf(data[key]);
    return value === null || value === '' ? undefined : readers[key](value, country);
  };
  const own = Object.fromEntries(
    (Object.keys(readers) as (keyof typeof readers)[]).flatMap((key) => {
      const text = read(key);
      return text === undefined ? [] : [[key, text]];
    }),
  );
  const [addTags, removeTags] = (['addTags', 'removeTags'] as const).map((key) =>
    tagsIn(key, valueOf(data[key])),
  );
  return {
    ...own,
    ...fieldsIn(data, valueOf),
    addTags: addTags!,
    removeTags: removeTags!,
    consent: consentIn(),
  };

  function consentIn(): NonNullable<PersonPatch['consent']> {
    const at = scope.now.toISOString();
    const said = Object.entries(data.consent ?? {}).flatMap(([channel, value]) => {
      const isGranted = valueOf(value);
      if (isGranted === null) return [];
      if (typeof isGranted !== 'boolean') throw wrong(`consent.${channel}`, 'write true or false');
      const state = isGranted ? ('granted' as const) : ('withdrawn' as const);
      return [[channel, { state, at, source: `session ${sessionId}` }] as const];
    });
    return Object.fromEntries(said);
  }
}

const readers = {
  name: (value: Json) => ruled('name', value),
  email(value: Json) {
    const reading = readEmail(textIn('email', value));
    if (!reading.ok) throw wrong('email', 'this is no e-mail address');
    return ruled('email', reading.value);
  },
  phone(value: Json, country: string | undefined) {
    const reading = phones.get().readPhone(textIn('phone', value), { country });
    if (!reading.ok)
      throw wrong('phone', 'this is no phone number; one without a prefix needs settings.country');
    return ruled('phone', reading.value);
  },
  timeZone: (value: Json) => ruled('timeZone', value),
  language: (value: Json) => ruled('language', value),
};

function fieldsIn({ fields }: Data, valueOf: (value: Expression) => Json): Pick<PersonPatch, 'fields'> {
  if (!fields) return {};
  const values = Object.entries(fields).flatMap(([name, value]) => {
    const given = valueOf(value);
    return given === null ? [] : [[name, given] as const];
  });
  const written = Object.fromEntries(values);
  if (JSON.stringify(written).length > MOST_FIELD_CHARS)
    throw wrong('fields', `they hold more than ${MOST_FIELD_CHARS} characters`);
  return { fields: written };
}

function tagsIn(key: string, value: Json): string[] {
  const list = value === null || value === '' ? [] : Array.isArray(value) ? value : [value];
  return list.map((tag) => ruled('tag', tag, key));
}

const textIn = (field: string, value: Json): string => {
  if (typeof value === 'string') return value;
  throw wrong(field, 'it must be a text');
};

function ruled(rule: keyof typeof PersonRules, value: Json, field: string = rule): string {
  const read = PersonRules[rule].safeParse(value);
  if (read.success) return read.data;
  throw wrong(field, read.error.issues[0]!.message);
}

/** The value itself is not told: what is said of an error may be read by others. */
const wrong = (field: string, why: string) =>
  new CrmflowError('unprocessable', `The contact was not written. contact.${field}: ${why}.`);
