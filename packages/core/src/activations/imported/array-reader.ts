import { open, type FileHandle } from 'node:fs/promises';
import { decodeFloat16 } from '../store/float16.ts';
import { unreadable } from './read-headers.ts';
import { sizeOf, type StoredArray } from './stored-array.ts';

/** Bytes of consecutive entries along the first axis, with the array that they come from. */
export interface Chunk {
  readonly array: StoredArray;
  /** Index of the array. */
  readonly index: number;
  /** First entry, counted in the array. */
  readonly start: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** Reads a concatenation of arrays along their first axis. Holds one file open. */
export class ArrayReader implements AsyncDisposable {
  readonly #arrays: readonly StoredArray[];
  #file: { readonly path: string; readonly handle: FileHandle } | undefined;

  constructor(arrays: readonly StoredArray[]) {
    this.#arrays = arrays;
  }

  /** The entries from `from` up to `to`, in one chunk per array. */
  async *read(from: number, to: number): AsyncGenerator<Chunk> {
    let before = 0;
    for (const [index, array] of this.#arrays.entries()) {
      const length = array.shape[0]!;
      const start = Math.max(0, from - before);
      const count = Math.min(length, to - before) - start;
      before += length;
      if (count <= 0) continue;
      const entryBytes = array.length / length;
      const bytes = new Uint8Array(count * entryBytes);
      await this.#fill(array, bytes, array.offset + start * entryBytes);
      yield { array, index, start, count, bytes };
    }
  }

  async #fill({ file: path }: StoredArray, bytes: Uint8Array, position: number): Promise<void> {
    if (this.#file?.path !== path) {
      await this[Symbol.asyncDispose]();
      this.#file = { path, handle: await open(path, 'r') };
    }
    for (let done = 0; done < bytes.length;) {
      const { bytesRead } = await this.#file.handle.read(bytes, done, bytes.length - done, position + done);
      if (bytesRead === 0) throw unreadable(path, 'it ends early');
      done += bytesRead;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.handle.close();
    this.#file = undefined;
  }
}

/** The floats of a chunk, [count, dIn]. */
export function floatsOf({ array, bytes, count }: Chunk, into: Float32Array): void {
  const size = count * sizeOf(array.shape.slice(1));
  if (array.dtype === 'F32') {
    into.set(new Float32Array(bytes.buffer, 0, size));
    return;
  }
  const halves = new Uint16Array(bytes.buffer, 0, size);
  if (array.dtype === 'F16') decodeFloat16(halves, into);
  else {
    const bits = new Uint32Array(into.buffer, into.byteOffset, size);
    for (let i = 0; i < size; i++) bits[i] = halves[i]! << 16;
  }
}

/**
 * The document ids of a chunk as 32 bits. Ids that fit int32 stay as they are. Of longer ones the halves are combined, so
 * that nearly all ids stay distinct.
 */
export function idsOf({ array, bytes, count }: Chunk, into: Int32Array): void {
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) into[i] = idAt(view, array.dtype, i);
}

function idAt(view: DataView, dtype: string, i: number): number {
  switch (dtype) {
    case 'I8':
      return view.getInt8(i);
    case 'U8':
      return view.getUint8(i);
    case 'I16':
      return view.getInt16(i * 2, true);
    case 'U16':
      return view.getUint16(i * 2, true);
    case 'I32':
    case 'U32':
      return view.getInt32(i * 4, true);
    default: {
      const low = view.getInt32(i * 8, true);
      const high = view.getInt32(i * 8 + 4, true);
      return low ^ high ^ (low >> 31);
    }
  }
}
