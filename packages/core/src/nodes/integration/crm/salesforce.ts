import type { Json } from '../../../language/json.ts';
import { malformed, partOf, refusal, type Ask, type At } from './ask.ts';
import { given, nameOf, type Contact, type Crm, type Kept } from './crm.ts';

const NAME = 'Salesforce';
const SERVICE = 'salesforce';
const DATA = '/services/data/v62.0';

/** What a person may be kept as. */
export const salesforceObjects = ['Contact', 'Lead'] as const;
export type SalesforceObject = (typeof salesforceObjects)[number];

/** The owner's own host at Salesforce, for which the other parts of the key are. */
export function salesforceAt(parts: Record<string, string>): At {
  const host = partOf(parts, SERVICE, 'host').toLowerCase();
  if (!/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+salesforce\.com$/.test(host))
    throw refusal(
      'no_key',
      'The part host of the key salesforce is a host like acme.my.salesforce.com. Store it anew: crmflow keys set salesforce',
    );
  return { name: NAME, service: SERVICE, origin: `https://${host}` };
}

/**
 * The header that lets in: the part `accessToken`, or one that is asked for by the OAuth 2.0 client credentials flow
 * (RFC 6749, 4.4; help.salesforce.com, "OAuth 2.0 Client Credentials Flow"). The host that the answer names is not gone to.
 */
export async function salesforceHeaders(
  parts: Record<string, string>,
  ask: Ask,
): Promise<Record<string, string>> {
  const { accessToken } = parts;
  if (accessToken !== undefined) return { authorization: `Bearer ${accessToken}` };
  const granted = await ask({
    method: 'POST',
    path: '/services/oauth2/token',
    form: {
      grant_type: 'client_credentials',
      client_id: partOf(parts, SERVICE, 'clientId'),
      client_secret: partOf(parts, SERVICE, 'clientSecret'),
    },
    takes: [400],
  });
  const token = granted.text('access_token');
  if (token !== null) return { authorization: `Bearer ${token}` };
  throw refusal(
    'auth',
    'Salesforce does not accept the key salesforce. Store it anew: crmflow keys set salesforce',
  );
}

/** Salesforce's records of people by its REST API (developer.salesforce.com/docs, "REST API Developer Guide"). */
export function salesforce(ask: Ask, { origin }: At, object: SalesforceObject): Crm {
  const path = `${DATA}/sobjects/${object}`;
  const kept = (id: string | null): Kept => {
    if (id === null || !/^[A-Za-z0-9]{15,18}$/.test(id)) throw malformed(NAME);
    return { id, url: `${origin}/${id}` };
  };
  return {
    async find({ by, value }) {
      const fields = by === 'email' ? ['Email'] : ['Phone', 'MobilePhone'];
      const which = fields.map((field) => `${field} = ${quoted(value)}`).join(' OR ');
      const isOpen = object === 'Lead' ? ' AND IsConverted = false' : '';
      const q = `SELECT Id FROM ${object} WHERE (${which})${isOpen} ORDER BY CreatedDate LIMIT 1`;
      const found = await ask({
        method: 'GET',
        path: `${DATA}/query?${new URLSearchParams({ q }).toString()}`,
      });
      const records = found.at('records');
      if (!Array.isArray(records)) throw malformed(NAME);
      return records.length === 0 ? null : kept(found.text('records[0].Id'));
    },
    async update(found, contact) {
      await ask({ method: 'PATCH', path: `${path}/${found.id}`, json: fieldsOf(contact) });
      return found;
    },
    async create(contact) {
      // It takes nobody without a last name.
      const LastName = contact.lastName ?? (nameOf(contact) || (contact.email ?? contact.phone));
      const json = { LastName, ...fieldsOf(contact) };
      const made = await ask({ method: 'POST', path, json, makes: true });
      return { ...kept(made.text('id')), isNew: true };
    },
  };
}

const fieldsOf = ({ email, phone, firstName, lastName, fields }: Contact): Record<string, Json> =>
  given({ Email: email, Phone: phone, FirstName: firstName, LastName: lastName, ...fields });

/**
 * A text as SOQL has it, "Quoted String Escape Sequences" in its reference: whatever it holds, it ends where it is meant to.
 */
export const quoted = (text: string): string =>
  `'${text.replace(/[\\'"]/g, '\\$&').replace(/\p{Cc}/gu, (control) => ESCAPES[control] ?? ' ')}'`;
const ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };
