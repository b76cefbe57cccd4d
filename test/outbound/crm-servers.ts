import type { IncomingMessage } from 'node:http';
import { text as read } from 'node:stream/consumers';
import { serve } from '../http/support.ts';
import { standingFor } from './kit.ts';

type Json = Record<string, unknown>;
export interface Heard {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}
/** Status and JSON, or null to leave it unanswered. */
type Reply = [status: number, json?: unknown] | null;

/**
 * A CRM on loopback that keeps contacts as its own documentation has it. `instead` may answer in its place: then nothing is
 * kept.
 */
async function crm(
  origin: string,
  answer: (heard: Heard) => Reply,
  instead: (heard: Heard) => Reply | undefined,
) {
  const heard: Heard[] = [];
  const server = await serve(async (request, response) => {
    const text = await read(request);
    const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
    const body: unknown = isForm
      ? Object.fromEntries(new URLSearchParams(text))
      : text
        ? JSON.parse(text)
        : null;
    const one = { method: request.method!, path: request.url!, headers: request.headers, body };
    heard.push(one);
    const other = instead(one);
    const reply = other === undefined ? answer(one) : other;
    if (reply === null) return;
    response.writeHead(reply[0], { 'content-type': 'application/json', 'retry-after': '0.01' });
    response.end(reply[1] === undefined ? '' : JSON.stringify(reply[1]));
  });
  return { heard, server, http: standingFor(server, origin) };
}
export type Instead = (heard: Heard) => Reply | undefined;
const never: Instead = () => undefined;

/** HubSpot: an address is unique, `idProperty` knows it at once, and the search only what was there before. */
export async function hubspotServer(instead: Instead = never) {
  const contacts = new Map<string, Json>();
  const view = (id: string) => ({
    id,
    properties: contacts.get(id),
    url: `https://app.hubspot.com/contacts/1/record/0-1/${id}`,
  });
  const withEmail = (email: unknown) => [...contacts].find(([, one]) => one['email'] === email)?.[0];
  const made = await crm(
    'https://api.hubapi.com',
    ({ method, path, headers, body }) => {
      if (headers.authorization !== 'Bearer pat-eu1-0123')
        return [401, { category: 'INVALID_AUTHENTICATION' }];
      const { pathname, searchParams } = new URL(path, 'http://x');
      const last = decodeURIComponent(pathname.split('/').at(-1)!);
      const { properties = {}, filterGroups = [] } = (body ?? {}) as {
        properties?: Json;
        filterGroups?: { filters: { propertyName: string; value: string }[] }[];
      };
      if (method === 'GET') {
        const id = searchParams.get('idProperty') === 'email' ? withEmail(last) : last;
        return id === undefined ? [404, { category: 'OBJECT_NOT_FOUND' }] : [200, view(id)];
      }
      if (last === 'search') {
        const fits = (one: Json) =>
          filterGroups.some(({ filters }) =>
            filters.every(({ propertyName, value }) => one[propertyName] === value),
          );
        const results = [...contacts].filter(([, one]) => fits(one)).map(([id]) => view(id));
        return [200, { total: results.length, results }];
      }
      if (method === 'PATCH') {
        contacts.set(last, { ...contacts.get(last), ...properties });
        return [200, view(last)];
      }
      const there = withEmail(properties['email']);
      if (properties['email'] !== undefined && there !== undefined)
        return [409, { message: `Contact already exists. Existing ID: ${there}`, category: 'CONFLICT' }];
      const id = String(100 + contacts.size);
      contacts.set(id, properties);
      return [201, view(id)];
    },
    instead,
  );
  return { ...made, contacts };
}

/** Pipedrive: lists are replaced as a whole, and nobody is without a name. */
export async function pipedriveServer(instead: Instead = never) {
  const persons = new Map<string, Json>();
  const listed = (one: Json, list: string) =>
    ((one[list] ?? []) as { value: string }[]).map(({ value }) => value);
  const made = await crm(
    'https://acme.pipedrive.com',
    ({ method, path, headers, body }) => {
      if (headers['x-api-token'] !== 'token-0123')
        return [401, { success: false, error: 'unauthorized access' }];
      const { pathname, searchParams } = new URL(path, 'http://x');
      const last = pathname.split('/').at(-1)!;
      if (last === 'search') {
        const term = searchParams.get('term')!.toLowerCase();
        const field = `${searchParams.get('fields')}s`;
        const items = [...persons]
          .filter(([, one]) => listed(one, field).some((value) => value.toLowerCase() === term))
          .map(([id, one]) => ({
            result_score: 1,
            item: {
              id: Number(id),
              type: 'person',
              emails: listed(one, 'emails'),
              phones: listed(one, 'phones'),
            },
          }));
        return [200, { success: true, data: { items } }];
      }
      if (method === 'GET') return [200, { success: true, data: { id: Number(last), ...persons.get(last) } }];
      if (method === 'POST' && !(body as Json)['name'])
        return [400, { success: false, error: 'name is required' }];
      const id = method === 'PATCH' ? last : String(persons.size + 1);
      persons.set(id, { ...persons.get(id), ...(body as Json) });
      return [method === 'PATCH' ? 200 : 201, { success: true, data: { id: Number(id) } }];
    },
    instead,
  );
  return { ...made, persons };
}

/** Salesforce: the client credentials flow, SOQL with one text compared in it, and its own way to refuse. */
export async function salesforceServer(instead: Instead = never) {
  const records = new Map<string, Json>();
  const made = await crm(
    'https://acme.my.salesforce.com',
    ({ method, path, headers, body }) => {
      if (path === '/services/oauth2/token') {
        const { client_secret: secret, grant_type: flow } = body as Json;
        return flow === 'client_credentials' && secret === 'secret-0123'
          ? [200, { access_token: 'token-of-an-hour', instance_url: 'https://elsewhere.example.com' }]
          : [400, { error: 'invalid_client', error_description: 'invalid client credentials' }];
      }
      if (headers.authorization !== 'Bearer token-of-an-hour')
        return [401, [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }]];
      const { pathname, searchParams } = new URL(path, 'http://x');
      if (pathname.endsWith('/query')) {
        const conditions = soqlOf(searchParams.get('q')!);
        if (!conditions) return [400, [{ errorCode: 'MALFORMED_QUERY', message: 'unexpected token' }]];
        const found = [...records].filter(([, one]) =>
          conditions.some(([field, value]) => one[field] === value),
        );
        return [200, { totalSize: found.length, records: found.slice(0, 1).map(([Id]) => ({ Id })) }];
      }
      const id = pathname.split('/').at(-1)!;
      if (method === 'PATCH') {
        records.set(id, { ...records.get(id), ...(body as Json) });
        return [204];
      }
      if ((body as Json)['LastName'] === undefined)
        return [400, [{ errorCode: 'REQUIRED_FIELD_MISSING', message: 'Missing', fields: ['LastName'] }]];
      const made = `003000000000${String(records.size).padStart(3, '0')}`;
      records.set(made, body as Json);
      return [201, { id: made, success: true, errors: [] }];
    },
    instead,
  );
  return { ...made, records };
}

/** What one of our queries compares; null for what is none. A text ends at the first quote that nothing escapes. */
function soqlOf(query: string): [field: string, value: string][] | null {
  const text = String.raw`'((?:[^\\'\p{Cc}]|\\.)*)'`;
  const one = String.raw`\w+ = ${text}`;
  const whole = new RegExp(
    String.raw`^SELECT Id FROM (?:Contact|Lead) WHERE \(${one}(?: OR ${one})*\)(?: AND IsConverted = false)? ORDER BY CreatedDate LIMIT 1$`,
    'u',
  );
  if (!whole.test(query)) return null;
  return [...query.matchAll(new RegExp(String.raw`(\w+) = ${text}`, 'gu'))].map(([, field, value]) => [
    field!,
    value!.replace(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char),
  ]);
}
