import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { withMemory } from './shared-memory.ts';
import { wasm } from './web-assembly.ts';

/** The version of V8 that this was tested with, where widening is experimental. */
const WIDENING_V8 = '13.6.';
const WIDENING = 'experimental-wasm-revectorize';
/** With these off, the optimising compiler compiles the whole module at once, while WIDENING is set. */
const LAZY = ['liftoff', 'wasm-lazy-compilation'];
/** Set it to 0 to compile the kernels with vectors of 16 bytes. */
const SWITCH = 'SAE_LAB_WIDE_VECTORS';

/**
 * Compiles kernels.wasm for a shared or an unshared memory.
 *
 * WebAssembly's vectors have 16 bytes, those of most processors 32. V8 can merge two adjacent vector operations into one of
 * twice the width, without changing any result. This enables it for this module only; see
 * docs/decisions/003-wide-vectors.md.
 *
 * @param isWide whether V8 may merge vector operations. Default: true on the version of V8 that this was tested with, unless
 *   SAE_LAB_WIDE_VECTORS is 0
 */
export function kernelModule(isShared: boolean, isWide = canWiden()): object {
  const binary = readFileSync(new URL('./kernels.wasm', import.meta.url));
  const bytes = withMemory(binary, isShared);
  if (!isWide) return new wasm.Module(bytes);
  const set = (flag: string, on: boolean): void => setFlagsFromString(`--${on ? '' : 'no-'}${flag}`);
  set(WIDENING, true);
  LAZY.forEach((flag) => set(flag, false));
  try {
    return new wasm.Module(bytes);
  } finally {
    LAZY.forEach((flag) => set(flag, true));
    set(WIDENING, false);
  }
}

function canWiden(): boolean {
  return process.versions.v8.startsWith(WIDENING_V8) && process.env[SWITCH] !== '0';
}
