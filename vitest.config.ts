import { configDefaults, defineConfig } from 'vitest/config';

/** Real brokers want Java and Maven, which nothing else does: `make test-kafka` alone asks for them. */
const withoutKafka = process.env['CLIPID_TEST_KAFKA'] === '1' ? [] : ['tests/**/kafka*.test.ts'];

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...withoutKafka],
    // Worker threads started by the code under test load TypeScript through the same hook.
    execArgv: ['--import', 'tsx'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
