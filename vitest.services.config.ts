import { defineConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** The tests that need PostgreSQL and Redis. Their addresses: CRMFLOW_TEST_POSTGRES and CRMFLOW_TEST_REDIS. */
export default defineConfig({
  ...config,
  test: { ...config.test, include: ['test/services/**/*.test.ts'], exclude: [], testTimeout: 120_000 },
});
