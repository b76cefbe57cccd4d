import type { Json } from '../../../language/json.ts';
import { malformed, partOf, type Answer, type Ask, type At } from './ask.ts';
import { given, type Contact, type Crm, type Kept } from './crm.ts';

const NAME = 'HubSpot';

/** The key is the token of a private app; it goes to HubSpot's own host. */
export const hubspotAt = (parts: Record<string, string>): At => ({
  name: NAME,
  service: 'hubspot',
  origin: 'https://api.hubapi.com',
  headers: { authorization: `Bearer ${partOf(parts, 'hubspot', 'key')}` },
});

const CONTACTS = '/crm/v3/objects/contacts';

/**
 * HubSpot's contacts (developers.hubspot.com/docs/api-reference/crm-contacts-v3). An address is unique there and looked up by
 * `idProperty=email`, which knows it at once; the search, which lags by some seconds, is asked for numbers alone.
 */
export function hubspot(ask: Ask): Crm {
  const update = async ({ id }: { id: string }, contact: Contact): Promise<Kept> =>
    keptIn(
      await ask({
        method: 'PATCH',
        path: `${CONTACTS}/${encodeURIComponent(id)}`,
        json: { properties: propertiesOf(contact) },
      }),
    );
  return {
    async find({ by, value }) {
      if (by === 'email') {
        const path = `${CONTACTS}/${encodeURIComponent(value)}?idProperty=email`;
        const found = await ask({ method: 'GET', path, takes: [404] });
        return found.status === 404 ? null : keptIn(found);
      }
      const found = await ask({
        method: 'POST',
        path: `${CONTACTS}/search`,
        json: {
          filterGroups: ['phone', 'mobilephone'].map((propertyName) => ({
            filters: [{ propertyName, operator: 'EQ', value }],
          })),
          sorts: [{ propertyName: 'createdate', direction: 'ASCENDING' }],
          properties: ['email'],
          limit: 1,
        },
      });
      return found.at('results[0]') === null ? null : keptIn(found, 'results[0].');
    },
    update,
    async create(contact) {
      const made = await ask({
        method: 'POST',
        path: CONTACTS,
        json: { properties: propertiesOf(contact) },
        takes: [409],
        makes: true,
      });
      if (made.status !== 409) return { ...keptIn(made), isNew: true };
      // Someone was faster, or it is another address of a contact that exists.
      const [, id] = /Existing ID: (\d+)/.exec(made.text('message') ?? '') ?? [];
      if (id === undefined) throw malformed(NAME);
      return { ...(await update({ id }, contact)), isNew: false };
    },
  };
}

const propertiesOf = ({ email, phone, firstName, lastName, fields }: Contact): Json =>
  given({
    email,
    phone,
    firstname: firstName,
    lastname: lastName,
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, asText(value)])),
  });

/** Properties are texts; several choices are written one behind the other. */
function asText(value: Json): string {
  if (Array.isArray(value)) return value.map(asText).join(';');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function keptIn(answer: Answer, at = ''): Kept {
  const id = answer.text(`${at}id`);
  if (id === null) throw malformed(NAME);
  const url = answer.text(`${at}url`);
  return { id, ...(url !== null && /^https:\/\/app(-\w+)?\.hubspot\.com\//.test(url) && { url }) };
}
