import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { withMemory } from './shared-memory.ts';
import { wasm } from './web-assembly.ts';

/** V8 that makes pairs of operations on 128 bits one on 256: an experiment there, which was tried with this one. */
const WIDENING_V8 = '13.6.';
const WIDENING = 'experimental-wasm-revectorize';
/** All is compiled by the optimising compiler, and at once, while the flags are set. */
const AT_ONCE = ['liftoff', 'wasm-lazy-compilation'];

/**
 * The compiled kernels, for a memory that is shared with other threads or not.
 *
 * WebAssembly has vectors of 16 bytes, most processors of 32. Where two operations lie side by side V8 can make them one of
 * twice the width, if asked to: each number is what it was before. It is asked to for these kernels only, which are checked as
 * they start; what else is compiled in the process does not notice.
 *
 * @param widened false for a module as V8 would make it unasked: what the other is tested by
 */
export function kernelModule(
  isShared: boolean,
  widened = process.versions.v8.startsWith(WIDENING_V8),
): object {
  const binary = readFileSync(new URL('./kernels.wasm', import.meta.url));
  const bytes = withMemory(binary, isShared);
  if (!widened) return new wasm.Module(bytes);
  const set = (flag: string, on: boolean): void => setFlagsFromString(`--${on ? '' : 'no-'}${flag}`);
  set(WIDENING, true);
  AT_ONCE.forEach((flag) => set(flag, false));
  try {
    return new wasm.Module(bytes);
  } finally {
    AT_ONCE.forEach((flag) => set(flag, true));
    set(WIDENING, false);
  }
}
