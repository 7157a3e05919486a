/**
 * tfjs's wasm module creates an unshared memory. Whether it is shared is one bit of the binary; the code is the same. With
 * the bit set, worker threads can use tensors in place.
 */
import { wasm } from './web-assembly.ts';

const [IMPORTS, MEMORIES] = [2, 5];
const MEMORY_IMPORT = 2;
/** Limits flags of a memory: has a maximum (1), is shared (2). */
const [UNSHARED, SHARED] = [1, 3];

/** A copy of a module whose memory, its own or imported, is made shared or unshared. */
export function withMemory(binary: Uint8Array, shared: boolean): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(binary);
  for (const offset of memoryFlags(bytes)) {
    if (bytes[offset] !== UNSHARED && bytes[offset] !== SHARED)
      throw new Error('the memory of the module has no maximum');
    bytes[offset] = shared ? SHARED : UNSHARED;
  }
  return bytes;
}

/** Offsets of the flags of a module's memories. */
function memoryFlags(bytes: Uint8Array): number[] {
  let offset = 8; // After the magic number and the version.
  const number = (): number => {
    let [value, shift, byte] = [0, 0, 0x80];
    for (; byte & 0x80; shift += 7) {
      byte = bytes[offset++] ?? 0;
      value |= (byte & 0x7f) << shift;
    }
    return value >>> 0;
  };
  const limits = (): number => {
    const start = offset;
    const flags = number();
    number();
    if (flags & 1) number();
    return start;
  };
  const skip = (): void => {
    const length = number();
    offset += length;
  };
  const found: number[] = [];
  while (offset < bytes.length) {
    const section = bytes[offset++];
    const size = number();
    const end = offset + size;
    if (section === MEMORIES) for (let left = number(); left > 0; left--) found.push(limits());
    if (section === IMPORTS) {
      for (let left = number(); left > 0; left--) {
        skip();
        skip();
        const kind = bytes[offset++];
        if (kind === MEMORY_IMPORT) found.push(limits());
        else if (kind === 1) {
          offset++;
          limits();
        } else if (kind === 3) offset += 2;
        else number();
      }
    }
    offset = end;
  }
  return found;
}

/** Runs `load`. Modules that it instantiates get a shared memory. */
export async function sharingMemory<T>(load: () => Promise<T>): Promise<T> {
  const { instantiate } = wasm;
  wasm.instantiate = (bytes, imports) => instantiate(withMemory(bytes, true), imports);
  try {
    return await load();
  } finally {
    wasm.instantiate = instantiate;
  }
}
