import type { TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { SaeLabError } from '@sae-lab/errors';

/** The most memory that a 32-bit wasm module can have. */
const HEAP_LIMIT_BYTES = 2 ** 32;

/** Members of the Emscripten module that its types leave out. */
interface EmscriptenHeap {
  HEAPU8: Uint8Array<ArrayBuffer>;
  _malloc(bytes: number): number;
  _free(offset: number): void;
}

export function emscriptenHeap(backend: BackendWasm): EmscriptenHeap {
  return backend.wasm as unknown as EmscriptenHeap;
}

/** Allocates memory for the lifetime of the process. */
export function reserve(backend: BackendWasm, bytes: number): number {
  // oxlint-disable-next-line no-underscore-dangle -- Emscripten's name
  return emscriptenHeap(backend)._malloc(bytes);
}

/**
 * A tensor's values in place. Growing the heap detaches the view: allocate every output first, take views after that, and
 * never keep one.
 */
export function floats(backend: BackendWasm, info: TensorInfo): Float32Array<ArrayBuffer> {
  return backend.typedArrayFromHeap(info) as Float32Array<ArrayBuffer>;
}

export function ints(backend: BackendWasm, info: TensorInfo): Int32Array<ArrayBuffer> {
  return backend.typedArrayFromHeap(info) as Int32Array<ArrayBuffer>;
}

/** What malloc may need beyond a block: its header, and rounding up to its granularity. */
const OVERHEAD = 2 ** 17;

/** Bytes of a cache line. Malloc aligns to 8 bytes, where a quarter of all vector loads would cross into a second line. */
const LINE = 64;

/** The start of a block as malloc returned it, and the bytes that were requested. */
interface Block {
  readonly start: number;
  readonly bytes: number;
}

/**
 * Aligns blocks to cache lines, and makes running out of memory an error.
 *
 * tfjs does not check whether malloc returned 0, and would write the tensor over the module's own data at address 0. Sizes
 * and ends of blocks are 32-bit numbers in malloc: a tensor of 4 GiB and 16 bytes gets 16 bytes, and a block that would end
 * beyond 4 GiB moves the end of the heap back over live tensors. The guard therefore refuses a block that cannot fit before
 * malloc sees it.
 *
 * @throws {SaeLabError} `kernels.out-of-memory`, from the tensor operation that needed the memory
 */
export function guardAllocation(backend: BackendWasm): void {
  /* oxlint-disable no-underscore-dangle -- Emscripten's names */
  const heap = emscriptenHeap(backend);
  // On their first call Emscripten's stubs replace themselves with the real functions, which would undo the guard.
  heap._free(heap._malloc(16));
  const malloc = heap._malloc.bind(heap);
  const free = heap._free.bind(heap);
  const blocks = new Map<number, Block>();
  let lowest = HEAP_LIMIT_BYTES;
  heap._malloc = (bytes) => {
    const needed = bytes + OVERHEAD;
    const mayGrow = heap.HEAPU8.length + needed < HEAP_LIMIT_BYTES;
    const start = mayGrow || hasRoom(blocks, lowest, needed) ? malloc(bytes + LINE) >>> 0 : 0;
    if (start === 0) throw outOfMemory(bytes, heap.HEAPU8.length);
    const offset = Math.ceil(start / LINE) * LINE;
    blocks.set(offset, { start, bytes });
    lowest = Math.min(lowest, offset);
    return offset;
  };
  heap._free = (offset) => {
    const block = blocks.get(offset >>> 0);
    blocks.delete(offset >>> 0);
    // A block allocated before the guard starts where malloc put it.
    free(block?.start ?? offset);
  };
}

/** Whether a block fits between the live ones or after the last. */
function hasRoom(blocks: ReadonlyMap<number, Block>, lowest: number, needed: number): boolean {
  let end = lowest;
  for (const [offset, { bytes }] of [...blocks].toSorted(([a], [b]) => a - b)) {
    if (offset - end >= needed) return true;
    end = offset + bytes;
  }
  return HEAP_LIMIT_BYTES - end >= needed;
}

function outOfMemory(bytes: number, heapBytes: number): SaeLabError {
  return new SaeLabError('kernels.out-of-memory', {
    problem: 'a tensor does not fit into the memory of the CPU backend',
    expected: `all tensors together to take at most ${mebibytes(HEAP_LIMIT_BYTES)}`,
    received: `a tensor of ${mebibytes(bytes)} in addition to a heap of ${mebibytes(heapBytes)}`,
    fix: 'Use a smaller batch or a smaller width, or dispose tensors that are no longer needed.',
  });
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
