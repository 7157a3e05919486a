import { fileURLToPath } from 'node:url';
import { exportsModule } from './exports-module.ts';

/** The part of asc that is used here. Its own types would bring AssemblyScript's globals into the whole program. */
interface Compiler {
  main(
    args: string[],
    options: { writeFile(file: string, contents: string | Uint8Array): void },
  ): Promise<{ error: Error | null }>;
}
const COMPILER: string = 'assemblyscript/asc';

const FLAGS =
  '-O3 --noAssert --runtime stub --use abort= --importMemory --sharedMemory --maximumMemory 65536 --enable simd --enable threads --bindings raw'.split(
    ' ',
  );

export interface CompiledKernels {
  /** The module of `assembly/`. It has no data section, since it works in the memory of tfjs's module. */
  wasm: Uint8Array;
  /** A TypeScript module with the signatures of its exports. */
  exports: string;
}

export async function compileKernels(): Promise<CompiledKernels> {
  const baseDir = fileURLToPath(new URL('../assembly', import.meta.url));
  const compiler = (await import(COMPILER)) as Compiler;
  let wasm: Uint8Array | undefined;
  let declarations: string | undefined;
  const { error } = await compiler.main(
    ['index.ts', '--baseDir', baseDir, '--outFile', 'kernels.wasm', ...FLAGS],
    {
      writeFile: (file, contents) => {
        if (typeof contents !== 'string') wasm = contents;
        else if (file.endsWith('.d.ts')) declarations = contents;
      },
    },
  );
  if (error !== null || wasm === undefined || declarations === undefined)
    throw new Error('assembly/ does not compile', { cause: error });
  return { wasm, exports: exportsModule(declarations) };
}
