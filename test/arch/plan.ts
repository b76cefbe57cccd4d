/** What may look into what. A room is a folder or a file of packages/core/src, or another package. */
export interface Room {
  rooms: string[];
  /** Libraries; a name covers its subpaths. */
  libraries?: string[];
  /** Rooms whose types alone it may name. */
  types?: string[];
}

const INSIDE = [
  'errors',
  'ports',
  'config',
  'language',
  'nodes',
  'workflow',
  'knowledge',
  'models',
  'session',
  'drafting',
  'store',
  'runner',
  'contract',
];
const ALL = [...INSIDE, 'services', 'app', 'adapters', 'open', 'index', 'generated'];

/** The house plan. Libraries of `adapters` are not listed: there the rule is one home for each. */
export const PLAN: Record<string, Room> = {
  errors: { rooms: [] },
  ports: { rooms: ['errors'] },
  config: { rooms: ['errors'], libraries: ['zod'] },
  language: {
    rooms: ['errors'],
    libraries: ['zod', 'liquidjs', '@marcbachmann/cel-js', 're2js', 'fastest-levenshtein'],
  },
  nodes: {
    rooms: ['language', 'ports', 'errors'],
    libraries: ['zod', 'libphonenumber-js', 'chrono-node', 'croner'],
  },
  workflow: { rooms: ['nodes', 'language', 'errors'], libraries: ['zod', 'yaml'] },
  knowledge: { rooms: ['ports', 'errors', 'generated'], libraries: ['zod'] },
  models: { rooms: ['knowledge', 'ports', 'errors'] },
  session: { rooms: ['workflow', 'nodes', 'language', 'errors'], libraries: ['zod'] },
  drafting: {
    rooms: ['session', 'workflow', 'nodes', 'knowledge', 'language', 'ports', 'errors'],
    libraries: ['zod'],
  },
  store: { rooms: ['session', 'workflow', 'ports'] },
  runner: {
    rooms: ['store', 'session', 'workflow', 'nodes', 'language', 'ports', 'errors'],
    libraries: ['zod', 'lru-cache'],
  },
  contract: { rooms: ['session', 'workflow', 'nodes', 'errors'], libraries: ['zod'] },
  services: {
    rooms: [
      'contract',
      'runner',
      'store',
      'session',
      'workflow',
      'nodes',
      'knowledge',
      'models',
      'drafting',
      'ports',
      'errors',
    ],
    libraries: ['zod', 'lru-cache', 'robots-parser'],
    types: ['app'],
  },
  app: { rooms: [...INSIDE, 'services'], libraries: ['zod'] },
  adapters: {
    rooms: ['ports', 'store', 'session', 'workflow', 'language', 'errors', 'knowledge', 'generated'],
  },
  index: { rooms: [...INSIDE, 'services', 'app'] },
  testing: { rooms: ALL.filter((room) => room !== 'open'), libraries: ['zod'] },
  open: { rooms: [...ALL.filter((room) => room !== 'open'), 'testing'], libraries: ['zod'] },
  server: {
    rooms: ['index', 'open', 'contract', 'sdk'],
    libraries: [
      'express',
      'helmet',
      'ioredis',
      'multer',
      'pino',
      'prom-client',
      'rate-limiter-flexible',
      'socket.io',
      'ws',
      'zod',
    ],
  },
  sdk: { rooms: ['contract', 'errors'], libraries: ['socket.io-client', 'zod'] },
  cli: {
    rooms: ['index', 'open', 'contract', 'testing', 'server', 'sdk'],
    libraries: [
      'commander',
      'inquirer',
      '@inquirer/core',
      'ora',
      'picocolors',
      'cli-table3',
      'csv-parse',
      'csv-stringify',
      'zod',
    ],
  },
};

/** The one place of a library that only the tests we ship use. */
export const TEST_LIBRARY = { library: 'vitest', file: /^packages\/core\/src\/testing\/store-spec/ };

/** zod is in every room's own words: shapes are stated where their subject is; a cache is kept where it is needed. */
export const EVERYWHERE = ['zod', 'lru-cache'];

/** Where the world outside (environment, clock, chance, console, network) may be touched. */
export const EDGES =
  /^packages\/(?:core\/src\/(?:adapters\/|testing\/|open\.ts$)|server\/|cli\/|[^/]+\/src\/main\.ts$)/;

/** The room a file of ours stands in; null for a file outside the packages. */
export function roomOf(path: string): string | null {
  const [, name, rest] = /^packages\/([^/]+)\/src\/(.+)$/.exec(path) ?? [];
  if (!name || !rest) return null;
  return name === 'core' ? rest.split('/')[0]!.replace(/\.ts$/, '') : name;
}

const ENTRIES: Record<string, string> = {
  '@crmflow/core': 'packages/core/src/index.ts',
  '@crmflow/core/open': 'packages/core/src/open.ts',
  '@crmflow/core/contract': 'packages/core/src/contract/index.ts',
  '@crmflow/core/testing': 'packages/core/src/testing/index.ts',
  '@crmflow/server': 'packages/server/src/index.ts',
  '@crmflow/sdk': 'packages/sdk/src/index.ts',
};

/** The file of ours that an import names; null when it names a library or a part of Node.js. */
export function fileOf(from: string, target: string): string | null {
  if (!target.startsWith('.')) return ENTRIES[target] ?? null;
  const parts = from.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
