import { fileURLToPath } from 'node:url';

/** What is used of asc. Its own types would bring AssemblyScript's idea of arrays into the whole program. */
interface Compiler {
  main(
    args: string[],
    options: { writeFile(file: string, contents: string | Uint8Array): void },
  ): Promise<{ error: Error | null }>;
}
const COMPILER: string = 'assemblyscript/asc';

const FLAGS =
  '-O3 --noAssert --runtime stub --use abort= --importMemory --sharedMemory --maximumMemory 65536 --enable simd --enable threads'.split(
    ' ',
  );

/** The WebAssembly module of `assembly/`. It has no data of its own, as it works in the memory of tfjs's module. */
export async function compileKernels(): Promise<Uint8Array> {
  const baseDir = fileURLToPath(new URL('../assembly', import.meta.url));
  let compiled: Uint8Array | undefined;
  const compiler = (await import(COMPILER)) as Compiler;
  const { error } = await compiler.main(
    ['index.ts', '--baseDir', baseDir, '--outFile', 'kernels.wasm', ...FLAGS],
    {
      writeFile: (_file, contents) => {
        if (typeof contents !== 'string') compiled = contents;
      },
    },
  );
  if (error !== null || compiled === undefined)
    throw new Error('assembly/ does not compile', { cause: error });
  return compiled;
}
