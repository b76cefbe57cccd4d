import { defineConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** The tests that need PostgreSQL and Redis. Their addresses: CRMFLOW_TEST_POSTGRES and CRMFLOW_TEST_REDIS. */
export default defineConfig({
  ...config,
  // A browser and servers are shared by the tests of a file.
  test: {
    ...config.test,
    isolate: true,
    include: ['test/services/**/*.test.ts'],
    exclude: [],
    testTimeout: 120_000,
  },
});
