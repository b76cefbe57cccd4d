import { z } from 'zod';
import { channels, Consent, FieldName, MOST_FIELD_CHARS, Person, PersonRules } from '../nodes/contact.ts';
import { operation, Upload } from './operation.ts';
import { pageOf, PageQuery } from './page.ts';
import { SessionView } from './sessions.ts';

/** A person, who outlives the sessions they had. */
export const ContactView = Person.extend({
  id: z.string(),
  /**
   * What only somebody has said who claimed to be this person by giving their address, such as `email`,
   * `fields.company` and `tags.lead`. What you save yourself is a claim no more.
   */
  claimed: z.array(z.string()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type ContactView = z.output<typeof ContactView>;

const Id = z.strictObject({ id: z.string().min(1).max(200) });
const Fields = z
  .record(FieldName, z.json())
  .refine(
    (fields) => JSON.stringify(fields).length <= MOST_FIELD_CHARS,
    `fields hold at most ${MOST_FIELD_CHARS} characters`,
  );
const Tags = z.array(PersonRules.tag).max(100);
const Consented = z.strictObject({
  state: Consent.valueType.shape.state,
  /** Now, when absent. */
  at: z.iso.datetime().optional(),
  /** Who says so: `owner`, when absent. */
  source: z.string().min(1).max(300).optional(),
});
const own = {
  name: PersonRules.name.nullable().optional(),
  email: PersonRules.email.nullable().optional(),
  phone: PersonRules.phone.nullable().optional(),
  timeZone: PersonRules.timeZone.nullable().optional(),
  language: PersonRules.language.nullable().optional(),
};
const readOnly = {
  claimed: z.unknown().optional(),
  createdAt: z.unknown().optional(),
  updatedAt: z.unknown().optional(),
};

export const contacts = {
  list: operation({
    summary: 'List your contacts, newest first',
    method: 'get',
    path: '/contacts',
    access: 'user',
    input: z.strictObject({
      ...PageQuery,
      tag: z.string().max(50).optional(),
      /** What the name or a word of it, the e-mail address or the phone number begins with. */
      q: z.string().trim().min(1).max(200).optional(),
    }),
    output: pageOf(ContactView),
  }),
  create: operation({
    summary: 'Add a contact',
    method: 'post',
    path: '/contacts',
    access: 'user',
    status: 201,
    input: z.strictObject({
      ...own,
      fields: Fields.optional(),
      tags: Tags.optional(),
      consent: z.partialRecord(z.enum(channels), Consented).optional(),
    }),
    output: ContactView,
    example: {
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      fields: { company: 'Analytical' },
      tags: ['lead'],
    },
  }),
  export: operation({
    summary: 'Export your contacts as CSV',
    method: 'get',
    path: '/contacts/export',
    access: 'user',
    input: z.strictObject({ tag: z.string().max(50).optional() }),
    output: Upload,
    longestMs: 300_000,
  }),
  get: operation({
    summary: 'Read a contact',
    method: 'get',
    path: '/contacts/:id',
    access: 'user',
    input: Id,
    output: ContactView,
  }),
  update: operation({
    summary: 'Change what you send of a contact; null takes away',
    method: 'put',
    path: '/contacts/:id',
    access: 'user',
    input: z.strictObject({
      ...Id.shape,
      ...own,
      /** One by one: those that are not named stay. */
      fields: Fields.optional(),
      /** In place of those there are. */
      tags: Tags.optional(),
      addTags: Tags.optional(),
      removeTags: Tags.optional(),
      /** Channel by channel. */
      consent: z.partialRecord(z.enum(channels), Consented.nullable()).optional(),
      ...readOnly,
    }),
    output: ContactView,
    example: { id: 'c1', fields: { company: 'Analytical Engines' }, addTags: ['customer'] },
  }),
  sessions: operation({
    summary: 'List the conversations with a contact, newest first',
    method: 'get',
    path: '/contacts/:id/sessions',
    access: 'user',
    input: z.strictObject({ ...Id.shape, ...PageQuery }),
    output: pageOf(SessionView),
  }),
  remove: operation({
    summary: 'Erase a contact with every conversation they had',
    method: 'delete',
    path: '/contacts/:id',
    access: 'user',
    status: 204,
    input: Id,
    output: z.object({}),
    // Whole tables are written anew where the database is embedded.
    longestMs: 600_000,
  }),
};
