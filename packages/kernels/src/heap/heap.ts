import type { TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import type { KernelExports } from '../compiled/kernel-exports.ts';
import { exactLevels } from '../onnx/integer-product.ts';
import { rowsArguments, type RowArguments, type RowKernel } from '../tasks/row-kernels.ts';
import type { ThreadContext } from '../tasks/thread-context.ts';
import type { Team } from '../threads/team.ts';
import { emscriptenHeap } from './allocation.ts';

/** Parts of a task per thread: more than one, so that a slow thread delays the others only briefly. */
const PARTS = 8;

/**
 * The heap of tfjs's wasm backend. The compiled kernels read and write its tensors in place, by their offsets, and get
 * scratch memory on the same heap.
 */
export class Heap {
  readonly run: KernelExports;
  readonly team: Team;
  readonly #backend: BackendWasm;
  readonly #context: ThreadContext;
  #weightLevels: number | undefined;

  constructor(backend: BackendWasm, context: ThreadContext, team: Team) {
    this.#backend = backend;
    this.#context = context;
    this.run = context.run;
    this.team = team;
  }

  /** The offset of a tensor's values, in bytes. */
  offset(tensor: TensorInfo): number {
    return this.#backend.getMemoryOffset(tensor.dataId) >>> 0;
  }

  /** A float32 tensor for the caller to write. */
  make(shape: readonly number[]): tf.Tensor {
    return this.#make(shape, 'float32');
  }

  /** An int32 vector for the caller to write. */
  makeInt32(size: number): tf.Tensor1D {
    return this.#make([size], 'int32') as tf.Tensor1D;
  }

  #make(shape: readonly number[], type: 'float32' | 'int32'): tf.Tensor {
    const info = this.#backend.makeOutput([...shape], type);
    return tf.engine().makeTensorFromTensorInfo(info, this.#backend);
  }

  /** Whether no other tensor shares this one's values, so that they can be overwritten. */
  isSoleOwner(tensor: tf.Tensor): boolean {
    return this.#backend.refCount(tensor.dataId) === 1;
  }

  /** A tensor's values in place. The view is valid until the heap grows. */
  view(tensor: tf.Tensor): Float32Array<ArrayBuffer> {
    return this.floats(this.offset(tensor), tensor.size);
  }

  viewInt32(tensor: tf.Tensor): Int32Array<ArrayBuffer> {
    return this.ints(this.offset(tensor), tensor.size);
  }

  /** The largest quantised weight for which 8-bit products are exact on this processor; 0 if they never are. */
  get weightLevels(): number {
    return (this.#weightLevels ??= exactLevels(this.#context.integerProduct));
  }

  /** Runs a compiled kernel on all rows, split among the threads. */
  rows<Kernel extends RowKernel>(kernel: Kernel, rows: number, args: Readonly<RowArguments<Kernel>>): void {
    const parts = this.#partsOf(rows);
    this.team.run('rows', parts, rowsArguments(kernel, rows, parts, args));
  }

  /** Like `rows`, for a kernel whose last argument is scratch memory: `size` numbers per thread. */
  rowsWithScratch<Kernel extends RowKernel>(
    kernel: Kernel,
    rows: number,
    args: Readonly<AllButLast<RowArguments<Kernel>>>,
    size: number,
  ): void {
    const parts = this.#partsOf(rows);
    this.withScratch(({ allocate }) => {
      const scratch = { offset: allocate(this.team.threads * size), bytes: size * 4 };
      this.team.run('rows', parts, rowsArguments(kernel, rows, parts, args, scratch));
    });
  }

  #partsOf(rows: number): number {
    return Math.max(1, Math.min(rows, this.team.threads * PARTS));
  }

  /** Runs `work`, which may allocate scratch memory. All of it is freed at the end. */
  withScratch<T>(work: (scratch: Scratch) => T): T {
    /* oxlint-disable no-underscore-dangle -- Emscripten's names */
    const heap = emscriptenHeap(this.#backend);
    const blocks: number[] = [];
    const allocate = (count: number): number => {
      const offset = heap._malloc(Math.max(count, 1) * 4);
      blocks.push(offset);
      return offset;
    };
    try {
      return work({
        allocate,
        copy: (numbers) => {
          const offset = allocate(numbers.length);
          const View = numbers instanceof Float32Array ? Float32Array : Int32Array;
          new View(heap.HEAPU8.buffer, offset, numbers.length).set(numbers);
          return offset;
        },
      });
    } finally {
      blocks.forEach((offset) => heap._free(offset));
    }
  }

  /** Numbers on the heap. The view is valid until the heap grows. */
  floats(offset: number, count: number): Float32Array<ArrayBuffer> {
    return this.#context.floats(offset, count);
  }

  ints(offset: number, count: number): Int32Array<ArrayBuffer> {
    return this.#context.ints(offset, count);
  }

  /** Σ of numbers on the heap, in order. By index, since `reduce` and `for … of` are ten times slower. */
  sum(offset: number, count: number): number {
    const numbers = this.floats(offset, count);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += numbers[i]!;
    return sum;
  }
}

type AllButLast<Tuple extends readonly number[]> = Tuple extends readonly [
  ...infer Rest extends number[],
  number,
]
  ? Rest
  : never;

/** Memory for the duration of one operation. */
export interface Scratch {
  /** @returns the offset of `count` uninitialised 32-bit numbers */
  readonly allocate: (count: number) => number;
  /** @returns the offset of a copy */
  readonly copy: (numbers: Float32Array | Int32Array) => number;
}
