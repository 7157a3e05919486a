/**
 * Compiles `assembly/` to the two files that are committed: `pnpm --filter @sae-lab/kernels build`.
 *
 * - `src/compiled/kernels.wasm`: the kernels;
 * - `src/compiled/kernel-exports.ts`: their signatures.
 */
import { writeFileSync } from 'node:fs';
import { compileKernels } from './compile-kernels.ts';

const { wasm, exports } = await compileKernels();
writeFileSync(new URL('../src/compiled/kernels.wasm', import.meta.url), wasm);
writeFileSync(new URL('../src/compiled/kernel-exports.ts', import.meta.url), exports);
