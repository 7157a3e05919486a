import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import countReporter from './scripts/count-reporter.ts';
import slowFilesReporter from './scripts/slow-files-reporter.ts';
import SlowFirst from './scripts/slow-first.ts';

// As the launcher of the commands does: tests start hundreds of processes.
process.env['NODE_COMPILE_CACHE'] ||= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url));

export default defineConfig({
  test: {
    reporters: ['default', slowFilesReporter, countReporter],
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
    // One more than the cores: files that start processes wait about a third of their time.
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
  },
});
