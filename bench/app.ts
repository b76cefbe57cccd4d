import { ids } from '../packages/core/src/adapters/ids.ts';
import { createReaders } from '../packages/core/src/adapters/parsing/readers.ts';
import { passwords } from '../packages/core/src/adapters/passwords.ts';
import { createSealer } from '../packages/core/src/adapters/sealer.ts';
import { createTokens } from '../packages/core/src/adapters/tokens.ts';
import { createApp, type App, type Ports } from '../packages/core/src/app.ts';
import type { Store } from '../packages/core/src/store.ts';

const refuse = () => Promise.reject(new Error('There is no network in a benchmark.'));
const clock = { now: () => new Date() };

/** The app as it is, on a store, without a network. */
export const appOn = (store: Store, more: Partial<Ports> = {}): App =>
  createApp({
    store,
    providers: { names: [], open: () => null },
    shared: [],
    isShared: () => false,
    prices: {},
    http: { send: refuse, stream: refuse },
    mail: { send: refuse },
    clock,
    ids,
    ticks: () => performance.now(),
    templates: { get: () => undefined, list: () => [] },
    passwords,
    readers: createReaders(),
    tokens: createTokens('a secret of 32 bytes for benchmarks', clock),
    sealer: createSealer('a key of 32 bytes for benchmarks'),
    version: '0',
    publicUrl: 'http://localhost:3001',
    isRegistrationOpen: true,
    report: (cause) => console.error(cause),
    replay: () => Promise.resolve([]),
    ...more,
  });
