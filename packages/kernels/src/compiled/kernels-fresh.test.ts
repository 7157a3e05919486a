import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compileKernels } from '../../scripts/compile-kernels.ts';

it('kernels.wasm is what its sources compile to; else run `pnpm exec turbo run build`', async () => {
  const committed = readFileSync(new URL('./kernels.wasm', import.meta.url));
  expect(Buffer.compare(committed, await compileKernels())).toBe(0);
});
