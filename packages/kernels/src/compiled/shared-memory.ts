/**
 * tfjs's wasm module makes its memory for one thread. That is one bit of its binary, and the code is the same for both
 * kinds: with the bit turned, worker threads work on the tensors where they lie.
 */
import { wasm } from './web-assembly.ts';

const [IMPORTS, MEMORIES] = [2, 5];
const MEMORY_IMPORT = 2;
/** Has a limit (1), and is shared (2). */
const [UNSHARED, SHARED] = [1, 3];

/** A copy of a module whose memory, its own or imported, is shared or not. */
export function withMemory(binary: Uint8Array, shared: boolean): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(binary);
  for (const at of memoryFlags(bytes)) {
    if (bytes[at] !== UNSHARED && bytes[at] !== SHARED) throw new Error('a memory without a limit');
    bytes[at] = shared ? SHARED : UNSHARED;
  }
  return bytes;
}

/** Where a module's bytes say of what kind its memories are. */
function memoryFlags(bytes: Uint8Array): number[] {
  let at = 8; // Behind magic number and version.
  const number = (): number => {
    let [value, shift, byte] = [0, 0, 0x80];
    for (; byte & 0x80; shift += 7) {
      byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
    }
    return value >>> 0;
  };
  const limits = (): number => {
    const start = at;
    const flags = number();
    number();
    if (flags & 1) number();
    return start;
  };
  const skip = (): void => {
    const length = number();
    at += length;
  };
  const found: number[] = [];
  while (at < bytes.length) {
    const section = bytes[at++];
    const size = number();
    const end = at + size;
    if (section === MEMORIES) for (let left = number(); left > 0; left--) found.push(limits());
    if (section === IMPORTS) {
      for (let left = number(); left > 0; left--) {
        skip();
        skip();
        const kind = bytes[at++];
        if (kind === MEMORY_IMPORT) found.push(limits());
        else if (kind === 1) {
          at++;
          limits();
        } else if (kind === 3) at += 2;
        else number();
      }
    }
    at = end;
  }
  return found;
}

/** Has modules that `load` makes in the meantime share their memory. */
export async function sharingMemory<T>(load: () => Promise<T>): Promise<T> {
  const { instantiate } = wasm;
  wasm.instantiate = (bytes, imports) => instantiate(withMemory(bytes, true), imports);
  try {
    return await load();
  } finally {
    wasm.instantiate = instantiate;
  }
}
