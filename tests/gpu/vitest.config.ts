import { defineConfig } from 'vitest/config';

/**
 * What must hold on a GPU. `webgpu-conformance.test.ts` runs it without one; on a machine that has one,
 * `SAE_LAB_TEST_DEVICE=webgpu` or `cuda` before `pnpm exec vitest run --config tests/gpu/vitest.config.ts`.
 */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.gpu.ts'],
    env: { SAE_LAB_TEST_DEVICE: process.env['SAE_LAB_TEST_DEVICE'] ?? 'webgpu' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // One process for all: shaders are compiled once.
    maxWorkers: 1,
    isolate: false,
  },
});
