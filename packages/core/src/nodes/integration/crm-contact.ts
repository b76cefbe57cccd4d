import { z } from 'zod';
import { CrmflowError, reasonOf } from '../../errors.ts';
import type { Json } from '../../language/json.ts';
import type { Unsent } from '../../ports.ts';
import { filledText, template, variableName, type Text } from '../data.ts';
import { E164 } from '../e164.ts';
import { readEmail } from '../listen/read/email.ts';
import { defineEffect, next, type EffectContext } from '../node.ts';
import { asking } from './crm/ask.ts';
import { given, type Contact, type ContactKey, type Crm, type Kept } from './crm/crm.ts';
import { hubspot, hubspotAt } from './crm/hubspot.ts';
import { pipedrive, pipedriveAt } from './crm/pipedrive.ts';
import { salesforce, salesforceAt, salesforceHeaders, salesforceObjects } from './crm/salesforce.ts';
import { undoneBy } from './door.ts';
import { notSent, refused } from './sending.ts';

const Data = z.strictObject({
  /** Its key is stored under the same name. */
  service: z.enum(['hubspot', 'pipedrive', 'salesforce']),
  email: template()
    .optional()
    .meta({ description: 'The contact is looked for by it, where it is not empty.' }),
  phone: template()
    .optional()
    .meta({ description: 'As E.164: +4930123456. Looked for by it where there is no e-mail address.' }),
  /** The whole name; its last word is the last name. */
  name: template().optional(),
  firstName: template().optional(),
  lastName: template().optional(),
  /** What Salesforce keeps a new person as; a contact when absent. */
  object: z.enum(salesforceObjects).optional(),
  fields: z.record(z.string().max(100), filledText()).default({}).meta({
    description:
      'The CRM’s own name of a field → its text; one that begins with = is an expression and keeps its type.',
  }),
  saveAs: variableName().optional(),
  timeoutSeconds: z.number().min(0.1).max(60).default(15),
});
type Data = z.output<typeof Data>;

export const crmContact = defineEffect({
  type: 'integration',
  kind: 'crm_contact',
  summary:
    'Creates or updates a contact in HubSpot, Pipedrive or Salesforce: never a second one of what is found.',
  data: Data,
  faults: ['refused', 'unavailable'],
  sets: ({ saveAs }) => (saveAs ? [[saveAs, 'any']] : []),
  problems: ({ service, email, phone, name, firstName, lastName, object, fields }) => [
    ...(email || phone ? [] : [{ field: 'email', message: 'give email, phone or both' }]),
    ...(name && (firstName || lastName)
      ? [{ field: 'name', message: 'name and firstName or lastName exclude each other' }]
      : []),
    ...Object.keys(fields)
      .filter((each) => !/^\w+$/.test(each))
      .map((each) => ({ field: `fields.${each}`, message: 'a field is named in letters, digits and _' })),
    ...(object && service !== 'salesforce' ? [{ field: 'object', message: 'only Salesforce has it' }] : []),
  ],
  async run(data, ctx) {
    const contact = contactOf(data, ctx);
    const kept = 'kind' in contact ? contact : await keep(data, contact, ctx).catch(unsentIn);
    if ('kind' in kept) return notSent(kept, ctx);
    return next(data.saveAs === undefined ? {} : { set: { [data.saveAs]: kept } });
  },
});

type Result = { id: string; created: boolean; url?: string };

async function keep(data: Data, contact: Contact, ctx: EffectContext): Promise<Result> {
  const crm = await open(data, ctx);
  const found = await crm.find(keyOf(contact));
  if (!found) {
    const { isNew, ...made } = await crm.create(contact);
    return resultOf(made, isNew);
  }
  return resultOf(await crm.update(found, contact), false);
}
const resultOf = ({ id, url }: Kept, created: boolean): Result => ({
  id,
  created,
  ...(url !== undefined && { url }),
});
const keyOf = ({ email, phone }: Contact): ContactKey =>
  email === null ? { by: 'phone', value: phone! } : { by: 'email', value: email };

async function open(data: Data, ctx: EffectContext): Promise<Crm> {
  const { service, object = 'Contact' } = data;
  const secret = await ctx.secret(service);
  if (!secret)
    throw new CrmflowError(
      'unprocessable',
      `Nothing was kept. There is no stored key ${service}. The workflow’s owner stores it: crmflow keys set ${service}`,
      { reason: 'no_key' },
    );
  const { parts } = secret;
  switch (service) {
    case 'hubspot':
      return hubspot(asking(hubspotAt(parts), data, ctx));
    case 'pipedrive': {
      const at = pipedriveAt(parts);
      return pipedrive(asking(at, data, ctx), at);
    }
    case 'salesforce': {
      const at = salesforceAt(parts);
      const headers = await salesforceHeaders(parts, asking(at, data, ctx));
      return salesforce(asking({ ...at, headers }, data, ctx), at, object);
    }
  }
}

/** The contact as it is filled in. What is empty is left out: an answer that was not given takes nothing away. */
function contactOf(data: Data, { scope }: EffectContext): Contact | Unsent {
  const textOf = (text: Text | undefined) => text?.render(scope).trim() || null;
  const [email, phone] = [textOf(data.email), textOf(data.phone)];
  if (email === null && phone === null) return NOBODY;
  const address = email === null ? null : readEmail(email);
  if (address && !address.ok) return NO_ADDRESS;
  if (phone !== null && !E164.test(phone)) return NO_NUMBER;
  const fields: [string, Json][] = Object.entries(data.fields).map(([name, each]) => [
    name,
    each.fill(scope),
  ]);
  return {
    email: address?.value ?? null,
    phone,
    ...(data.name
      ? namesIn(textOf(data.name))
      : { firstName: textOf(data.firstName), lastName: textOf(data.lastName) }),
    fields: given(Object.fromEntries(fields)),
  };
}

function namesIn(name: string | null): Pick<Contact, 'firstName' | 'lastName'> {
  const [, firstName = null, lastName = null] = /^(?:(.*)\s)?(\S+)$/su.exec(name ?? '') ?? [];
  return { firstName, lastName };
}

const NOBODY = refused('nobody', 'Nothing was kept. There is neither an e-mail address nor a number.');
const NO_ADDRESS = refused('no_address', 'Nothing was kept. What stands for email is no e-mail address.');
const NO_NUMBER = refused(
  'not_e164',
  'Nothing was kept. That is no number anybody can have: one is written like +4930123456.',
);

/** That it may have been taken changes nothing: whoever comes again looks first. */
function unsentIn(cause: unknown): Unsent {
  const reason = cause instanceof CrmflowError ? reasonOf(cause) : undefined;
  if (cause instanceof CrmflowError && cause.code === 'unprocessable' && reason !== undefined)
    return refused(reason, cause.message);
  return undoneBy(cause);
}
