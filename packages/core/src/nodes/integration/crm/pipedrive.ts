import type { Json } from '../../../language/json.ts';
import { malformed, partOf, refusal, type Answer, type Ask, type At } from './ask.ts';
import { given, nameOf, type Contact, type Crm, type Kept } from './crm.ts';

const NAME = 'Pipedrive';

/** The key is the company's name in its address, and a token of someone who works there; both belong to that host. */
export function pipedriveAt(parts: Record<string, string>): At {
  const company = partOf(parts, 'pipedrive', 'company').toLowerCase();
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(company))
    throw refusal(
      'no_key',
      'The part company of the key pipedrive is what stands before .pipedrive.com. Store it anew: crmflow keys set pipedrive',
    );
  return {
    name: NAME,
    service: 'pipedrive',
    origin: `https://${company}.pipedrive.com`,
    headers: { 'x-api-token': partOf(parts, 'pipedrive', 'apiToken') },
  };
}

const PERSONS = '/api/v2/persons';

/** Pipedrive's persons, API v2 (developers.pipedrive.com/docs/api/v1/Persons). Its own fields stand beside the custom ones. */
export function pipedrive(ask: Ask, { origin }: At): Crm {
  const keptIn = (answer: Answer, path = 'data.id'): Kept => {
    const id = answer.text(path);
    if (id === null || !/^\d+$/.test(id)) throw malformed(NAME);
    return { id, url: `${origin}/person/${id}` };
  };
  return {
    async find({ by, value }) {
      const query = new URLSearchParams({ term: value, fields: by, exact_match: 'true', limit: '10' });
      const found = await ask({ method: 'GET', path: `${PERSONS}/search?${query.toString()}` });
      const items = found.at('data.items');
      // What it finds is looked at again: a term may be read more freely than it was meant.
      const at = (Array.isArray(items) ? items : []).findIndex((_, index) =>
        [found.at(`data.items[${index}].item.${by}s`)].flat().some((each) => isSame(each, value)),
      );
      return at < 0 ? null : keptIn(found, `data.items[${at}].item.id`);
    },
    async update(found, contact) {
      const path = `${PERSONS}/${found.id}`;
      const there = await ask({ method: 'GET', path });
      return keptIn(
        await ask({
          method: 'PATCH',
          path,
          json: {
            ...ownFieldsOf(contact),
            ...added('emails', contact.email, there),
            ...added('phones', contact.phone, there),
          },
        }),
      );
    },
    async create(contact) {
      const { email, phone } = contact;
      const json = {
        // It takes nobody without a name.
        name: nameOf(contact) || (email ?? phone),
        ...ownFieldsOf(contact),
        ...(email !== null && { emails: [entry(email, true)] }),
        ...(phone !== null && { phones: [entry(phone, true)] }),
      };
      return { ...keptIn(await ask({ method: 'POST', path: PERSONS, json, makes: true })), isNew: true };
    },
  };
}

/** An address differs in no letter but its size, a number only in how it is written. */
function isSame(listed: Json, value: string): boolean {
  if (typeof listed !== 'string') return false;
  const plain = (text: string) => (text.includes('@') ? text.toLowerCase() : text.replace(/\D/g, ''));
  return plain(listed) === plain(value);
}

const entry = (value: string, primary: boolean) => ({ value, primary, label: 'work' });

/** A list is replaced as a whole: what is new is put behind what is there. */
function added(list: 'emails' | 'phones', value: string | null, there: Answer): Record<string, Json> {
  const old = there.at(`data.${list}`);
  const entries = Array.isArray(old) ? old : [];
  if (value === null || entries.some((_, at) => isSame(there.at(`data.${list}[${at}].value`), value)))
    return {};
  return { [list]: [...entries, entry(value, entries.length === 0)] };
}

/** A custom field is named by 40 digits from 0 to f. */
function ownFieldsOf(contact: Contact): Record<string, Json> {
  const all = Object.entries(contact.fields);
  const isCustom = ([name]: [string, Json]) => /^[0-9a-f]{40}$/.test(name);
  const custom = all.filter(isCustom);
  return {
    ...given({ name: nameOf(contact) }),
    ...Object.fromEntries(all.filter((each) => !isCustom(each))),
    ...(custom.length > 0 && { custom_fields: Object.fromEntries(custom) }),
  };
}
