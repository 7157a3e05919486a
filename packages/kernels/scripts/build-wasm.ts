/** Compiles `assembly/` to `src/compiled/kernels.wasm`, which is committed: `pnpm exec turbo run build`. */
import { writeFileSync } from 'node:fs';
import { compileKernels } from './compile-kernels.ts';

writeFileSync(new URL('../src/compiled/kernels.wasm', import.meta.url), await compileKernels());
