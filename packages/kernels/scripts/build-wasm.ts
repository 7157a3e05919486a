/** Compiles `assembly/` to `src/sparse/kernels.wasm`, which is committed: `pnpm exec turbo run build`. */
import { writeFileSync } from 'node:fs';
import { compileKernels } from './compile-kernels.ts';

writeFileSync(new URL('../src/sparse/kernels.wasm', import.meta.url), await compileKernels());
