/** Compiles `assembly/` to the two files that are committed: `pnpm build:kernels`. */
import { writeFileSync } from 'node:fs';
import { compileKernels } from './compile-kernels.ts';

const USAGE = `Usage: pnpm build:kernels

Compiles packages/kernels/assembly with AssemblyScript to two files in packages/kernels/src/compiled:
  kernels.wasm       the kernels
  kernel-exports.ts  their signatures

Options:
  -h, --help  Print this help
`;

const args = process.argv.slice(2);
// Kernels import no command line.
if (args.some((arg) => arg === '--help' || arg === '-h')) {
  process.stdout.write(USAGE);
} else if (args.length > 0) {
  process.stderr.write(
    `error cli.usage\n${args.join(' ')}: pnpm build:kernels takes no arguments.\n\n${USAGE}`,
  );
  process.exitCode = 2;
} else {
  const { wasm, exports } = await compileKernels();
  writeFileSync(new URL('../src/compiled/kernels.wasm', import.meta.url), wasm);
  writeFileSync(new URL('../src/compiled/kernel-exports.ts', import.meta.url), exports);
}
