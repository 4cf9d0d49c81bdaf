import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that need a real broker: one is started for all of them, and only when one of them runs. */
const withKafka = ['tests/integration/kafka/**/*.test.ts', 'tests/e2e/kafka*.test.ts'];

export default defineConfig({
  test: {
    // Worker threads started by the code under test load TypeScript through the same hook.
    execArgv: ['--import', 'tsx'],
    env: { ORT_DISABLE_TELEMETRY: '1' },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'clipid',
          include: ['tests/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...withKafka],
        },
      },
      {
        extends: true,
        test: {
          name: 'kafka',
          include: withKafka,
          globalSetup: ['tests/helpers/kafka/global-setup.ts'],
        },
      },
    ],
  },
});
