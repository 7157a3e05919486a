import { defineConfig } from 'vitest/config';
import countReporter from './scripts/count-reporter.ts';
import SlowFirst from './scripts/slow-first.ts';

export default defineConfig({
  test: {
    reporters: ['default', countReporter],
    include: [
      'packages/**/src/**/*.test.ts',
      'tests/**/*.test.ts',
      'apps/**/*.test.{ts,tsx}',
      'experiments/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    // Real parts (a Postgres, ONNX Runtime, a training run) take seconds, and two cores are shared.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is polled for comes from these parts, too.
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: SlowFirst },
  },
});
