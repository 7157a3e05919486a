import { defineConfig } from 'vitest/config';

/** What `webgpu-conformance.test.ts` runs in a process of its own: these files need a device among the globals. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.webgpu.ts'],
    env: { SAE_LAB_TEST_DEVICE: 'webgpu' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // One process for all: shaders are compiled once.
    maxWorkers: 1,
    isolate: false,
  },
});
