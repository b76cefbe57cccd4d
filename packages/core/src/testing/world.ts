import { createMemoryStore } from '../adapters/memory/memory-store.ts';
import { createReaders } from '../adapters/parsing/readers.ts';
import { passwords } from '../adapters/passwords.ts';
import { createSealer } from '../adapters/sealer.ts';
import { createTokens } from '../adapters/tokens.ts';
import { createApp, type App, type Ports } from '../app.ts';
import type { Actor } from '../contract/operation.ts';
import { CrmflowError } from '../errors.ts';
import type { SessionEvent } from '../session/session.ts';
import type { Template } from '../workflow/template.ts';

export interface TestWorld {
  app: App;
  owner: Actor;
  /** Everything that was told, in order, with the session it belongs to. */
  told: { sessionId: string; event: SessionEvent }[];
  /** Lets time pass, and does what is due by then. */
  pass(seconds: number): Promise<void>;
}

/** A whole world in memory: no network, ids that count up, and a clock that only moves when told. */
export function testWorld(
  overrides: Partial<Ports> & { shipped?: readonly Template[]; startsAt?: string } = {},
): TestWorld {
  const { shipped = [], startsAt = '2026-01-05T09:00:00.000Z', ...ports } = overrides;
  let counted = 0;
  let now = Date.parse(startsAt);
  const count = (what: string) => `${what}-${++counted}`;
  const byId = new Map(shipped.map((template) => [template.id, template]));
  const clock = { now: () => new Date(now) };
  const app = createApp({
    passwords,
    readers: createReaders(),
    tokens: createTokens('the secret of a test, which is no secret', clock),
    sealer: createSealer('the key of a test, which is no secret either'),
    version: '0.0.0-test',
    publicUrl: 'https://crm.example.com',
    isRegistrationOpen: true,
    store: createMemoryStore(),
    providers: { names: ['gemini', 'openai'], open: () => null },
    shared: [],
    isShared: () => true,
    prices: {},
    http: noNetwork,
    mail: noMail,
    clock,
    ids: { row: () => count('row'), secret: () => count('secret'), hash: fingerprint },
    ticks: () => 0,
    report: () => undefined,
    templates: { get: (id) => byId.get(id), list: () => [...byId.values()] },
    replay: async (workflow, conversation) => {
      const { differences, replay } = await import('./replay.ts');
      return differences(conversation, await replay(workflow, conversation));
    },
    ...ports,
  });
  const told: TestWorld['told'] = [];
  app.subscribe((sessionId, events) => told.push(...events.map((event) => ({ sessionId, event }))));
  return {
    app,
    owner: { role: 'user', userId: 'owner', isOperator: true },
    told,
    async pass(seconds) {
      now += seconds * 1000;
      while ((await app.tick()) > 0);
    },
  };
}

const refuse = () =>
  Promise.reject(new CrmflowError('unavailable', 'There is no network in a test.', { reason: 'connect' }));
const noMail: Ports['mail'] = {
  send: async () => ({ kind: 'unavailable', reason: 'connect', message: 'There is no mail in a test.' }),
};
const noNetwork: Ports['http'] = { send: refuse, stream: refuse };

/** Two runs of 53 bits of cyrb53: enough to tell the graphs of a test apart, and the same in every runtime. */
const fingerprint = (text: string): string =>
  `${cyrb53(text, 1).toString(16)}${cyrb53(text, 2).toString(16)}`;
function cyrb53(text: string, seed: number): number {
  let [a, b] = [0xdeadbeef ^ seed, 0x41c6ce57 ^ seed];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
