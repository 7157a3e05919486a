import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const FLAGS = '-O3 --noAssert --runtime stub --use abort= --importMemory --enable simd'.split(' ');

/** The WebAssembly module of `assembly/`. It has no data of its own, as it works in the memory of tfjs's module. */
export async function compileKernels(): Promise<Uint8Array> {
  const baseDir = fileURLToPath(new URL('../assembly', import.meta.url));
  let compiled: Uint8Array | undefined;
  const { error } = await main(['index.ts', '--baseDir', baseDir, '--outFile', 'kernels.wasm', ...FLAGS], {
    writeFile: (_file, contents) => {
      if (typeof contents !== 'string') compiled = contents;
    },
  });
  if (error !== null || compiled === undefined)
    throw new Error('assembly/ does not compile', { cause: error });
  return compiled;
}
