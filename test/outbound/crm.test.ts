import { fromFile, problems } from '@crmflow/core';
import { describe, expect, it } from 'vitest';
import { quoted } from '../../packages/core/src/nodes/integration/crm/salesforce.ts';
import { hubspotServer, pipedriveServer, salesforceServer, type Instead } from './crm-servers.ts';
import {
  dyingHttp,
  keeping,
  keptBefore,
  nobody,
  run,
  sendingWorld,
  sketch,
  standingFor,
  throughCrash,
} from './kit.ts';

const keep = keeping({
  hubspot: { key: 'pat-eu1-0123' },
  pipedrive: { company: 'acme', apiToken: 'token-0123' },
  salesforce: { host: 'acme.my.salesforce.com', clientId: 'id-0123', clientSecret: 'secret-0123' },
});
const FAULTS = ['refused', 'unavailable'];
const contact = (data: object) =>
  sketch({ kind: 'crm_contact', email: '{{ x }}', saveAs: 'kept', timeoutSeconds: 2, ...data }, {}, FAULTS);

/** A CRM of each kind, as these tests ask it: what it keeps, in the order it came, and what reads or writes it. */
const SERVERS = {
  hubspot: async (instead?: Instead) => {
    const made = await hubspotServer(instead);
    return { ...made, kept: () => [...made.contacts.values()] };
  },
  pipedrive: async (instead?: Instead) => {
    const made = await pipedriveServer(instead);
    return { ...made, kept: () => [...made.persons.values()] };
  },
  salesforce: async (instead?: Instead) => {
    const made = await salesforceServer(instead);
    return { ...made, kept: () => [...made.records.values()] };
  },
};
type Service = keyof typeof SERVERS;
const services = Object.keys(SERVERS) as Service[];
const isMade = ({ method, path }: { method: string; path: string }) =>
  method === 'POST' && !/search|oauth2/.test(path);

describe.each(services)('a contact in %s', (service) => {
  it('is created once, and from then on updated', async () => {
    const { http, kept, heard } = await SERVERS[service]();
    const world = await sendingWorld({ http }, keep);
    const name = { name: 'Ada  King Lovelace' };
    const first = await run(world, contact({ service, ...name }), { x: 'ada@example.com' });
    const again = await run(world, contact({ service, name: 'Ada Byron' }), { x: 'ada@example.com' });
    expect([first.said, again.said]).toEqual(['sent', 'sent']);
    const [made, found] = [first, again].map(
      ({ variables }) => variables!['kept'] as Record<string, unknown>,
    );
    expect(made).toMatchObject({
      created: true,
      id: expect.any(String),
      url: expect.stringMatching(/^https:/),
    });
    expect(found).toEqual({ ...made, created: false });
    expect(kept()).toHaveLength(1);
    expect(JSON.stringify(kept())).toContain('Byron');
    expect(heard.filter(isMade)).toHaveLength(1);
  });

  it('is found by its number where there is no address', async () => {
    const { http, kept } = await SERVERS[service]();
    const world = await sendingWorld({ http }, keep);
    const data = { service, email: '', phone: '{{ x }}' };
    for (const _ of [1, 2]) expect((await run(world, contact(data), { x: '+4930123456' })).said).toBe('sent');
    expect(kept()).toHaveLength(1);
  });

  it('keeps nothing, and nobody is asked, without an address and a number', async () => {
    const { http, heard } = await SERVERS[service]();
    const world = await sendingWorld({ http }, keep);
    const said = async (data: object, x: string) =>
      (await run(world, contact({ service, ...data }), { x })).said;
    expect(await said({}, '')).toMatch(/^refused nobody: /);
    expect(await said({}, 'ada at home')).toMatch(/^refused no_address: /);
    expect(await said({ phone: '{{ x }}', email: '' }, '030 1234')).toMatch(/^refused not_e164: /);
    expect(heard).toEqual([]);
  });

  it('is refused without a key, or with one that is not taken', async () => {
    const { http, kept } = await SERVERS[service]();
    const said = async (keys: Parameters<typeof keeping>[0]) =>
      (await run(await sendingWorld({ http }, keeping(keys)), contact({ service }), { x: 'ada@example.com' }))
        .said;
    expect(await said({})).toMatch(new RegExp(`^refused no_key: .*crmflow keys set ${service}$`));
    const wrong = {
      hubspot: { key: 'another' },
      pipedrive: { company: 'acme', apiToken: 'another' },
      salesforce: { host: 'acme.my.salesforce.com', clientId: 'id', clientSecret: 'another' },
    };
    expect(await said(wrong)).toMatch(/^refused auth: /);
    expect(kept()).toEqual([]);
  });

  it.each([
    [429, 'rate_limited'],
    [503, 'provider'],
  ])('is asked for again after a %i, and then told of', async (status, reason) => {
    let left = 2;
    const { http, kept, heard } = await SERVERS[service](() => (left-- > 0 ? [status, {}] : undefined));
    const world = await sendingWorld({ http }, keep);
    expect((await run(world, contact({ service }), { x: 'ada@example.com' })).said).toBe('sent');
    expect(kept()).toHaveLength(1);
    left = Infinity;
    const before = heard.length;
    const { said } = await run(world, contact({ service }), { x: 'ada@example.com' });
    expect(said).toMatch(new RegExp(`^unavailable ${reason}: `));
    expect(heard.length - before).toBe(3);
  });

  it('is not made twice when the one that was made is answered by silence', async () => {
    let isSilent = true;
    const { http, kept, heard } = await SERVERS[service]((one) => {
      if (!isSilent || !isMade(one)) return undefined;
      return null;
    });
    const world = await sendingWorld({ http }, keep);
    const data = { service, timeoutSeconds: 0.3 };
    const { said } = await run(world, contact(data), { x: 'ada@example.com' });
    expect(said).toMatch(/^unavailable timeout: /);
    expect(heard.filter(isMade)).toHaveLength(1);
    isSilent = false;
    expect((await run(world, contact(data), { x: 'ada@example.com' })).said).toBe('sent');
    expect(kept()).toHaveLength(1);
  });

  it('is found again after a crash in the middle, and not made twice', async () => {
    const { http, kept, heard } = await SERVERS[service]();
    let asked = 0;
    // Dead after the contact was made.
    const dying = {
      ...http,
      send: (request: Parameters<typeof http.send>[0]) =>
        isMade({ method: request.method, path: request.url })
          ? dyingHttp(http).send(request)
          : http.send(request),
    };
    const graph = contact({ service, email: 'ada@example.com' });
    const said = await throughCrash(
      graph,
      { dying: { http: dying }, living: { http }, isDone: () => (asked = kept().length) > 0 },
      keep,
    );
    expect([said, asked]).toEqual(['sent', 1]);
    expect(kept()).toHaveLength(1);
    expect(heard.filter(isMade)).toHaveLength(1);
  });

  it('that cannot be reached is told so', async () => {
    const origin = {
      hubspot: 'https://api.hubapi.com',
      pipedrive: 'https://acme.pipedrive.com',
      salesforce: 'https://acme.my.salesforce.com',
    }[service];
    const world = await sendingWorld({ http: standingFor(await nobody(), origin) }, keep);
    const { said } = await run(world, contact({ service }), { x: 'ada@example.com' });
    expect(said).toMatch(/^unavailable connect: /);
  });
});

describe('what is kept of a contact', () => {
  const fields = (name: string) => ({
    [name]: '=1 + 2',
    [`${name}_text`]: 'Dear {{ x }}',
    [`${name}_none`]: '',
  });

  it('are properties of HubSpot, all of them texts', async () => {
    const { http, kept } = await SERVERS.hubspot();
    const data = {
      service: 'hubspot',
      phone: '+4930123456',
      firstName: 'Ada',
      lastName: 'King',
      fields: { ...fields('score'), topics: '=["a", "b"]' },
    };
    await run(await sendingWorld({ http }, keep), contact(data), { x: 'ada@example.com' });
    expect(kept()).toEqual([
      {
        email: 'ada@example.com',
        phone: '+4930123456',
        firstname: 'Ada',
        lastname: 'King',
        score: '3',
        score_text: 'Dear ada@example.com',
        topics: 'a;b',
      },
    ]);
  });

  it('are fields of Pipedrive, its own and custom ones; no address and no number is taken away', async () => {
    const { http, kept, persons } = await SERVERS.pipedrive();
    const world = await sendingWorld({ http }, keep);
    const hash = '0123456789abcdef0123456789abcdef01234567';
    const data = { service: 'pipedrive', fields: { owner_id: '=7', [hash]: 'gold' } };
    await run(world, contact(data), { x: 'ada@example.com' });
    expect(kept()).toEqual([
      {
        name: 'ada@example.com',
        owner_id: 7,
        custom_fields: { [hash]: 'gold' },
        emails: [{ value: 'ada@example.com', primary: true, label: 'work' }],
      },
    ]);
    persons.get('1')!['phones'] = [{ value: '+49 30 123456', primary: true, label: 'home' }];
    await run(world, contact({ ...data, phone: '+4930123456' }), { x: 'Ada@Example.com' });
    await run(world, contact({ ...data, phone: '+4930654321' }), { x: 'ada@example.com' });
    expect(kept()[0]).toMatchObject({
      emails: [{ value: 'ada@example.com' }],
      phones: [
        { value: '+49 30 123456', primary: true, label: 'home' },
        { value: '+4930654321', primary: false },
      ],
    });
  });

  it('are fields of Salesforce, of a contact or a lead', async () => {
    const { http, kept, heard } = await SERVERS.salesforce();
    const data = {
      service: 'salesforce',
      object: 'Lead',
      name: 'Ada',
      fields: { Company: 'Acme', Score__c: '=3' },
    };
    await run(await sendingWorld({ http }, keep), contact(data), { x: 'ada@example.com' });
    expect(kept()).toEqual([{ LastName: 'Ada', Email: 'ada@example.com', Company: 'Acme', Score__c: 3 }]);
    expect(heard.at(-1)!.path).toBe('/services/data/v62.0/sobjects/Lead');
  });
});

it('a contact that HubSpot knows better is updated, as who comes second does', async () => {
  const { http, contacts } = await hubspotServer(({ method, path }) => {
    // Someone else makes it between the look and the making.
    if (method === 'GET' && path.includes('idProperty')) {
      contacts.set('100', { email: 'ada@example.com', firstname: 'A' });
      return [404, {}];
    }
    return undefined;
  });
  const world = await sendingWorld({ http }, keep);
  const { variables } = await run(world, contact({ service: 'hubspot', firstName: 'Ada' }), {
    x: 'ada@example.com',
  });
  expect(variables!['kept']).toMatchObject({ id: '100', created: false });
  expect([...contacts.values()]).toEqual([{ email: 'ada@example.com', firstname: 'Ada' }]);
});

it('what a CRM says of a refusal is told by its names alone', async () => {
  const { http } = await SERVERS.salesforce(({ path, method }) =>
    method === 'POST' && path.includes('sobjects')
      ? [
          400,
          [{ errorCode: 'FIELD_INTEGRITY_EXCEPTION', message: 'ada@example.com is bad', fields: ['Email'] }],
        ]
      : undefined,
  );
  const world = await sendingWorld({ http }, keep);
  const { said } = await run(world, contact({ service: 'salesforce' }), { x: 'ada@example.com' });
  expect(said).toBe(
    'refused rejected: Salesforce refused the contact. (status 400, FIELD_INTEGRITY_EXCEPTION, Email)',
  );
});

const elsewhere = [
  ['pipedrive', { company: 'evil.example.com/', apiToken: 'token-0123' }],
  ['pipedrive', { company: 'acme@evil', apiToken: 'token-0123' }],
  ['salesforce', { host: 'evil.example.com', accessToken: 'token-of-an-hour' }],
  ['salesforce', { host: 'salesforce.com.evil.example', accessToken: 'token-of-an-hour' }],
] as const;

it.each([...elsewhere, ['salesforce', { host: 'acme.my.salesforce.com' }] as const])(
  'a key goes to no host but that of its service: %s %j',
  async (service, key) => {
    const { http, heard } = await SERVERS[service]();
    const world = await sendingWorld({ http }, keptBefore({ [service]: key }));
    const { said } = await run(world, contact({ service }), { x: 'ada@example.com' });
    expect(said).toMatch(/^refused no_key: /);
    expect(heard).toEqual([]);
  },
);

it.each(elsewhere)('a key that would go elsewhere is not stored any more: %s %j', async (service, key) => {
  await expect(sendingWorld({}, keeping({ [service]: key }))).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining(`of the key ${service} is `) as string,
  });
});

describe('what a visitor writes', () => {
  it.each(["o'hara@example.com", "'or'1'='1@example.com", 'a%25?b=c&d#e@example.com'])(
    'stays one text in every question: %s',
    async (x) => {
      for (const service of services) {
        const { http, kept } = await SERVERS[service]();
        const world = await sendingWorld({ http }, keep);
        await run(world, contact({ service }), { x: 'ada@example.com' });
        const { said } = await run(world, contact({ service, lastName: "X' --" }), { x });
        expect([service, said]).toEqual([service, 'sent']);
        // The one of someone else was neither found nor changed.
        expect(kept()).toHaveLength(2);
        expect(JSON.stringify(kept()[0])).not.toContain('--');
      }
    },
  );

  it('ends in SOQL where it is meant to', () => {
    expect(quoted(`a' OR Name != '`)).toBe(`'a\\' OR Name != \\''`);
    expect(quoted(`a\\' OR Id != '`)).toBe(`'a\\\\\\' OR Id != \\''`);
    expect(quoted('a\nb\u0000c"\\')).toBe(`'a\\nb c\\"\\\\'`);
  });
});

it.each([
  [{ email: undefined }, 'send, email: give email, phone or both'],
  [{ name: 'a', lastName: 'b' }, 'send, name: name and firstName or lastName exclude each other'],
  [{ object: 'Lead' }, 'send, object: only Salesforce has it'],
  [{ fields: { 'a b': 'c' } }, 'send, fields.a b: a field is named in letters, digits and _'],
])('names what is wrong before anyone talks: %j', (data, message) => {
  const graph = JSON.parse(JSON.stringify(contact({ service: 'hubspot', ...data }))) as object;
  expect(problems(fromFile(graph, 'w'))).toContainEqual(expect.objectContaining({ message }));
});
