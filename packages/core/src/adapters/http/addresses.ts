import { isIP, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { CrmflowError } from '../../errors.ts';

/**
 * Whether an IP address belongs to a host on the public internet (IANA's special-purpose registries, RFC 6890).
 * Addresses that carry an IPv4 address are judged by it when networks really use them (mapped, NAT64) and are
 * not public otherwise (6to4, Teredo and the rest).
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return isPublicV4(address);
  if (address.isIPv4MappedAddress()) return isPublicV4(address.toIPv4Address());
  if (address.match(NAT64, 96)) return isPublicV4(new ipaddr.IPv4(address.toByteArray().slice(12)));
  return address.match(GLOBAL_UNICAST, 3) && address.range() === 'unicast';
}

const NAT64 = ipaddr.IPv6.parse('64:ff9b::');
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');

/** Azure answers with the machine's own metadata on this address, which looks public. */
const AZURE_HOST = '168.63.129.16';

const isPublicV4 = (address: ipaddr.IPv4) =>
  address.range() === 'unicast' && address.toString() !== AZURE_HOST;

/** Whether a host name can be one of the public internet; what it resolves to is another question. */
export const isPublicName = (name: string): boolean => name.includes('.') && !INSIDE_NAME.test(name);

/** A final dot would make a second spelling of every name, so none is taken. */
const INSIDE_NAME = /\.$|\.(localhost|localdomain|local|internal|lan|home\.arpa)$/;

/** Says whether the owner of the installation allows a host that is not public. */
export type IsAllowed = (host: string, port: number) => boolean;

/**
 * Reads the list of allowed private hosts: `crm.lan` for every port, `crm.lan:8080` for one, IPv6 as `[fd00::1]:80`.
 * A host is matched whole, never by its ending. Throws `invalid_input` for an entry that is no host.
 */
export function allowing(entries: readonly string[]): IsAllowed {
  const allowed = new Set(entries.map(canonical));
  return (host, port) => allowed.has(host) || allowed.has(`${host} ${port}`);
}

function canonical(entry: string): string {
  const [, host = '', port] =
    /^(\[.+\]|[^:]+)(?::(\d{1,5}))?$/.exec(isIPv6(entry) ? `[${entry}]` : entry) ?? [];
  const isHost = host !== '' && !/[/?#@*\\\s]/.test(host) && URL.canParse(`http://${host}:${port ?? 80}`);
  if (!isHost) {
    throw new CrmflowError(
      'invalid_input',
      `The allowed private host "${entry}" cannot be read. Write a host, or a host and a port, like crm.lan:8080.`,
    );
  }
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  return port === undefined ? name : `${name} ${Number(port)}`;
}
