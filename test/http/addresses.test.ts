import { describe, expect, it } from 'vitest';
import { allowing, isPublicAddress } from '../../packages/core/src/adapters/http/addresses.ts';
import { door, get, names, serve, verdict } from './support.ts';

const INSIDE = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.254',
  '127.0.0.1',
  '127.255.255.254',
  '168.63.129.16',
  '169.254.169.254',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:0:127.0.0.1',
  '64:ff9b::127.0.0.1',
  '64:ff9b::a00:1',
  '64:ff9b::169.254.169.254',
  '64:ff9b:1::8.8.8.8',
  '100::1',
  '2001::7f00:1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2001:2::1',
  '2001:10::1',
  '2001:20::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:a9fe:a9fe::1',
  '2002:808:808::1',
  '3fff::1',
  '4000::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'ff0e::1',
];

const OUTSIDE = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '223.255.255.255',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '2606:4700:4700::1111',
  '2a00:1450:4001:82a::200e',
];

/** Other spellings that the URL standard reads as an address or a name of the inside. */
const SPELLINGS = [
  '127.1',
  '127.0.1',
  '127.0.0.1.',
  '2130706433',
  '017700000001',
  '0x7f000001',
  '0x7f.1',
  '0x7f.0x0.0x0.0x1',
  '0177.0.0.1',
  '0177.0.0.01',
  '00000177.0.0.1',
  '0xa9fea9fe',
  '2852039166',
  '169.254.43518',
  '%31%32%37.0.0.1',
  '１２７.０.０.１',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '127．0．0．1',
  '0',
  '0x0',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0000:0000:0000:0000:0000:ffff:7f00:0001]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[fe80::1]',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'local\u00adhost',
  'ｌｏｃａｌｈｏｓｔ',
  'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  'a.localhost',
  'metadata.google.internal',
  'METADATA.GOOGLE.INTERNAL',
  'metadata.google.internal.',
  'kubernetes.default.svc.cluster.local',
  'printer.local',
  'nas.home.arpa',
  'router.lan',
  'localhost.localdomain',
  'redis',
  'shop.example.',
];

describe('addresses', () => {
  it.each(INSIDE)('%s is not on the public internet', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
  it.each(OUTSIDE)('%s is on the public internet', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
  it.each(['', 'example.com', '127', '0x7f000001', '1.2.3', '1.2.3.4.5', '1.2.3.256', ':::1'])(
    '"%s" is no address, so not a public one',
    (text) => {
      expect(isPublicAddress(text)).toBe(false);
    },
  );
});

describe('a URL', () => {
  // The name look-up would say that everything is public: it must not be asked.
  const asked: string[] = [];
  const lookup = async (name: string) => {
    asked.push(name);
    return [{ address: '8.8.8.8', family: 4 }];
  };

  it.each([...INSIDE.filter((address) => !address.includes('%')), ...SPELLINGS])(
    'with the host %s is refused without a look-up',
    async (host) => {
      const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
      expect(await verdict(door({ lookup }).send(get(`http://${bracketed}/`)))).toBe(
        'forbidden blocked_address',
      );
      expect(asked).toEqual([]);
    },
  );

  it.each(INSIDE)('with a name that resolves to %s is refused', async (address) => {
    const lookup = names({ 'shop.example': [address] });
    expect(await verdict(door({ lookup }).send(get('https://shop.example/')))).toBe(
      'forbidden blocked_address',
    );
  });

  it.each([
    ['first', ['127.0.0.1', '8.8.8.8']],
    ['last', ['8.8.8.8', '2606:4700:4700::1111', '::ffff:10.0.0.1']],
  ])('with a name of which only the %s address is inside is refused', async (_, addresses) => {
    const lookup = names({ 'shop.example': addresses });
    expect(await verdict(door({ lookup }).send(get('https://shop.example/')))).toBe(
      'forbidden blocked_address',
    );
  });
});

describe('allowed private hosts', () => {
  it.each([
    ['crm.lan', 'crm.lan', 80, true],
    ['crm.lan', 'crm.lan', 8080, true],
    ['CRM.lan', 'crm.lan', 80, true],
    ['crm.lan:8080', 'crm.lan', 8080, true],
    ['crm.lan:8080', 'crm.lan', 80, false],
    ['crm.lan', 'a.crm.lan', 80, false],
    ['crm.lan', 'xcrm.lan', 80, false],
    ['crm.lan', 'crm.lan.evil.example', 80, false],
    ['crm.lan', 'crm.lan.', 80, false],
    ['192.168.1.10', '192.168.1.1', 80, false],
    ['192.168.1.10:80', '192.168.1.10', 80, true],
    ['::1', '::1', 80, true],
    ['[0:0::1]:8080', '::1', 8080, true],
    ['[::1]:8080', '::1', 80, false],
    ['[::ffff:127.0.0.1]', '127.0.0.1', 80, false],
  ])('with %s, %s on port %i is allowed: %s', (entry, host, port, expected) => {
    expect(allowing([entry])(host, port)).toBe(expected);
  });

  it.each([
    '',
    'http://crm.lan',
    'crm.lan/x',
    'crm.lan:',
    'crm.lan:web',
    'a b',
    'u@crm.lan',
    '*.lan',
    'crm.lan:70000',
    '[::1',
  ])('an entry "%s" is refused when the door is made', (entry) => {
    expect(() => allowing([entry])).toThrow(
      `The allowed private host "${entry}" cannot be read. Write a host, or a host and a port, like crm.lan:8080.`,
    );
  });

  it('opens the door to a private name and to a private address, and to no neighbour of theirs', async () => {
    const crm = await serve((_, answer) => answer.end('crm'));
    const other = await serve((_, answer) => answer.end('other'));
    const http = door({
      allowedPrivateHosts: [`crm.lan:${crm.port}`, crm.host],
      lookup: names({ 'crm.lan': ['127.0.0.1'], 'x.crm.lan': ['127.0.0.1'] }),
    });
    expect((await http.send(get(`http://crm.lan:${crm.port}/`))).status).toBe(200);
    expect((await http.send(get(crm.url))).status).toBe(200);
    const blocked = [other.url, `http://crm.lan:${other.port}/`, `http://x.crm.lan:${crm.port}/`];
    for (const url of blocked) expect(await verdict(http.send(get(url)))).toBe('forbidden blocked_address');
    expect(other.connections()).toBe(0);
  });
});
