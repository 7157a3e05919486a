import { defineConfig } from 'vitest/config';

/**
 * Tests that need a GPU. `webgpu-conformance.test.ts` runs them on a software driver. On a machine with a GPU:
 * `SAE_LAB_TEST_DEVICE=webgpu pnpm exec vitest run --config tests/gpu/vitest.config.ts`, or `cuda`.
 */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.gpu.ts'],
    env: { SAE_LAB_TEST_DEVICE: process.env['SAE_LAB_TEST_DEVICE'] ?? 'webgpu' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // One process, so that shaders are compiled once.
    maxWorkers: 1,
    isolate: false,
  },
});
