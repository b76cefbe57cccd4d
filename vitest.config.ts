import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@crmflow\/core$/, replacement: source('core/src/index.ts') },
      { find: /^@crmflow\/core\/contract$/, replacement: source('core/src/contract/index.ts') },
      { find: /^@crmflow\/core\/(open|serve)$/, replacement: source('core/src/$1.ts') },
      { find: /^@crmflow\/core\/testing$/, replacement: source('core/src/testing/index.ts') },
      { find: /^@crmflow\/(server|sdk)$/, replacement: source('$1/src/index.ts') },
    ],
  },
  test: { include: ['test/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000 },
});
