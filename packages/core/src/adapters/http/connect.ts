import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { isPublicAddress, isPublicName, type IsAllowed } from './addresses.ts';
import { connectFailure, Failure } from './failure.ts';
import { portOf } from './url.ts';

/** All addresses of a host name, as `lookup` of `node:dns/promises` gives them. */
export type Lookup = (hostname: string, options: { all: true }) => Promise<LookupAddress[]>;

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The only place where a connection is opened. A host is resolved once, all its addresses are checked, and the socket
 * can reach no other: its own look-up answers with that list. Certificates are still checked against the name.
 */
export function guardedConnector(guard: Guard): buildConnector.connector {
  return (target, done) => {
    const failed = (cause: unknown) =>
      done(
        connectFailure(cause, { isSecure: target.protocol === 'https:', timeoutMs: CONNECT_TIMEOUT_MS }),
        null,
      );
    checkedAddresses(target.hostname, portOf(target), guard)
      .then((addresses) =>
        connectorTo(addresses)(target, (...[error, socket]) => (error ? failed(error) : done(null, socket))),
      )
      .catch(failed);
  };
}

interface Guard {
  isAllowed: IsAllowed;
  lookup: Lookup;
}

async function checkedAddresses(host: string, port: number, guard: Guard): Promise<LookupAddress[]> {
  const isAllowed = guard.isAllowed(host, port);
  const family = isIP(host);
  if (family === 0 && !isAllowed && !isPublicName(host)) throw new Failure('blocked_address');
  const addresses = family === 0 ? await resolved(host, guard.lookup) : [{ address: host, family }];
  const isReachable = isAllowed || addresses.every(({ address }) => isPublicAddress(address));
  if (!isReachable) throw new Failure('blocked_address');
  return addresses;
}

async function resolved(host: string, lookup: Lookup): Promise<LookupAddress[]> {
  const addresses = await lookup(host, { all: true }).catch((cause: unknown) => {
    throw new Failure('dns', '', { cause });
  });
  if (addresses.length === 0) throw new Failure('dns');
  return addresses;
}

const connectorTo = (addresses: LookupAddress[]) =>
  buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    // Node gives each address but the last 250 ms, less than a far host may need.
    autoSelectFamilyAttemptTimeout: 1_000,
    lookup: (_host, options, done) => {
      const [first] = addresses;
      if (options.all) done(null, addresses);
      else if (first) done(null, first.address, first.family);
    },
  });
