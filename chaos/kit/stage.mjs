import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAround } from './around.mjs';
import { startPgProxy } from './pg-proxy.mjs';
import { startPostgres } from './postgres.mjs';
import { folder } from './processes.mjs';
import { startServer } from './server.mjs';
import { clientOf } from './visitors.mjs';

export const POSTGRES = 'PostgreSQL';
export const EMBEDDED = 'embedded';

/** One PostgreSQL for all who only need a database of their own. */
let shared;
const sharedPostgres = () => (shared ??= startPostgres());

/**
 * Where one thing is tried: servers, what stands around them, and an owner who is logged in.
 * @param {{ on?: string, servers?: number, preload?: readonly string[], dataDir?: string,
 *   isProxied?: boolean }} options `isProxied`: the servers reach PostgreSQL through a proxy that can hold a commit
 */
export async function stage({ on = POSTGRES, servers: count = 1, preload = [], dataDir, isProxied } = {}) {
  const { env, closeAround, ...around } = await startAround();
  const clock = join(folder('clock'), 'ahead');
  const setClock = (aheadMs) => writeFileSync(clock, String(aheadMs));
  setClock(0);
  const home = on === POSTGRES ? await onPostgres({ isProxied }) : onFolder(dataDir ?? folder('data'));
  const given = {
    preload: ['twilio', ...preload],
    args: home.args,
    env: { CHAOS_CLOCK: clock, ...env, ...home.env },
  };
  const servers = [];
  for (let made = 0; made < count; made++) servers.push(await (await startServer(given)).begin());
  const [{ url }] = servers;
  const owner = await register(url);
  return {
    ...home,
    given,
    url,
    servers,
    server: servers[0],
    ...around,
    owner,
    /** How far the servers' clocks are ahead, for those that were started with the preload `clock`. */
    setClock,
    /** Stores a workflow; gives its id. */
    async flow(nodes, edges, more = {}) {
      const graph = { name: 'Tried', isPublic: true, nodes, edges: edges.map(edge), ...more };
      const { id, problems } = await owner.workflows.create(graph);
      const errors = problems.filter(({ severity }) => severity === 'error');
      if (errors.length) throw new Error(`The workflow cannot run: ${JSON.stringify(errors)}`);
      return id;
    },
    /** What was said in a session so far, each line with who said it. */
    async lines(id) {
      const { items } = await owner.sessions.messages({ id });
      return items.map(({ from, text }) => `${from}: ${text}`);
    },
    events: async (id) => (await owner.sessions.events({ id, limit: 1_000 })).items,
    async close() {
      await Promise.all(servers.map((server) => server.kill()));
      closeAround();
      home.proxy?.close();
    },
  };
}

async function onPostgres({ isProxied }) {
  const postgres = await sharedPostgres();
  const direct = new URL(await postgres.database());
  const proxy = isProxied && (await startPgProxy(Number(direct.port)));
  if (proxy) direct.port = String(proxy.port);
  return { on: POSTGRES, args: [], env: { DATABASE_URL: direct.href }, proxy };
}
const onFolder = (dataDir) => ({ on: EMBEDDED, dataDir, args: ['--data-dir', dataDir], env: {} });

async function register(url) {
  const owner = clientOf(url, 60_000);
  await owner.register({ email: 'owner@example.com', password: 'correct horse battery' });
  return owner;
}

/** `a -> b`, or `a.port -> b`. */
function edge(text) {
  const [from, targetNodeId] = text.split(' -> ');
  const [sourceNodeId, sourcePort = 'out'] = from.split('.');
  return { sourceNodeId, targetNodeId, sourcePort };
}

/** Waits until it is so; fails with the words when it takes too long. */
export async function until(words, isSo, mostMs = 60_000) {
  const end = performance.now() + mostMs;
  for (;;) {
    const found = await isSo();
    if (found) return found;
    if (performance.now() > end) throw new Error(`not within ${mostMs / 1_000} s: ${words}`);
    await sleep(50);
  }
}

/** What was expected and is not so, for the list of breaches. */
export function expectations() {
  const breaches = [];
  return {
    breaches,
    /** @param {string} words what must be so */
    expect(words, found, expected = true) {
      const [is, must] = [JSON.stringify(found), JSON.stringify(expected)];
      if (is !== must) breaches.push(`${words}: ${is} in place of ${must}`);
    },
  };
}

/** A row for each database it is tried on. `work` gives what was observed, and says by `expect` what must be so. */
export const scenario = ({ name, on = [POSTGRES], inShort = [], title, ...options }, work) =>
  on.map((kind) => ({
    name: on.length > 1 ? `${name}-${kind.toLowerCase()}` : name,
    title: `${title} (${kind})`,
    isInShort: inShort.includes(kind),
    async run(context) {
      const { breaches, expect } = expectations();
      const place = await stage({ on: kind, ...options });
      try {
        return { observed: await work({ ...place, expect, context }), breaches };
      } finally {
        await place.close();
      }
    },
  }));

export const isWithoutGap = (events) => events.every(({ seq }, at) => seq === at + 1);
