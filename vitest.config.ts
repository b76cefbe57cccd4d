import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@crmflow\/(core|server|sdk)$/, replacement: source('$1/src/index.ts') },
      { find: /^@crmflow\/core\/open$/, replacement: source('core/src/open.ts') },
      { find: /^@crmflow\/core\/(contract|testing)$/, replacement: source('core/src/$1/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // These need PostgreSQL and Redis: npm run test:services.
    exclude: ['test/services/**'],
    // A test that hangs is ended; a machine with much to do is waited for.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // The files of a worker share what they import: reading all of it anew for each took most of the time.
    isolate: false,
    globalSetup: ['test/temporary.ts'],
    // Much of the time is spent waiting for processes that the tests start.
    maxWorkers: 2,
    // Hundreds of embedded databases are opened and asked a little: V8 would optimise each engine for work that never comes.
    execArgv: ['--wasm-tiering-budget=20000000'],
  },
});
