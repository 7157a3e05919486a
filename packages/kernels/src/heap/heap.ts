import type { TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { emscriptenHeap } from './allocation.ts';
import { exactLevels } from '../onnx/integer-product.ts';
import type { KernelExports } from '../compiled/kernel-exports.ts';
import type { Machine } from '../tasks/thread-context.ts';
import { rowsArguments, type RowArguments, type RowKernel } from '../tasks/rows.ts';
import type { Team } from '../threads/team.ts';

/** Parts for each thread, so that one that is late keeps nobody waiting for long. */
const PARTS = 8;

/**
 * The heap of tfjs's wasm backend, as the compiled kernels use it: in place, so that no tensor is copied. Arrays that are
 * no tensors are lent room on it.
 */
export class Heap {
  readonly run: KernelExports;
  readonly team: Team;
  readonly #backend: BackendWasm;
  readonly #machine: Machine;
  #weightLevels: number | undefined;

  constructor(backend: BackendWasm, machine: Machine, team: Team) {
    this.#backend = backend;
    this.#machine = machine;
    this.run = machine.run;
    this.team = team;
  }

  /** Where a tensor lies. */
  at(tensor: TensorInfo): number {
    return this.#backend.getMemoryOffset(tensor.dataId) >>> 0;
  }

  /** A tensor to be written. */
  make(shape: readonly number[]): tf.Tensor {
    return this.#make(shape, 'float32');
  }

  /** A vector of whole numbers to be written. */
  makeWhole(size: number): tf.Tensor1D {
    return this.#make([size], 'int32') as tf.Tensor1D;
  }

  #make(shape: readonly number[], type: 'float32' | 'int32'): tf.Tensor {
    const info = this.#backend.makeOutput([...shape], type);
    return tf.engine().makeTensorFromTensorInfo(info, this.#backend);
  }

  /** Whether nothing but this tensor has its numbers, so that they may be written over. */
  isSoleOwner(tensor: tf.Tensor): boolean {
    return this.#backend.refCount(tensor.dataId) === 1;
  }

  view(tensor: tf.Tensor): Float32Array<ArrayBuffer> {
    return this.floats(this.at(tensor), tensor.size);
  }

  viewWhole(tensor: tf.Tensor): Int32Array<ArrayBuffer> {
    return this.ints(this.at(tensor), tensor.size);
  }

  /** Largest whole number of a weight with which products of 8-bit numbers are exact on this processor; 0 for none. */
  get weightLevels(): number {
    return (this.#weightLevels ??= exactLevels(this.#machine.integerProduct));
  }

  /** Runs a compiled kernel on all rows, shared among the threads. */
  rows<Kernel extends RowKernel>(kernel: Kernel, rows: number, args: Readonly<RowArguments<Kernel>>): void {
    const parts = this.#partsOf(rows);
    this.team.run('rows', parts, rowsArguments(kernel, rows, parts, args));
  }

  /** The same for a kernel whose last argument is scratch of `size` numbers, which each thread has to itself. */
  rowsWithScratch<Kernel extends RowKernel>(
    kernel: Kernel,
    rows: number,
    args: Readonly<AllButLast<RowArguments<Kernel>>>,
    size: number,
  ): void {
    const parts = this.#partsOf(rows);
    this.withRoom((room) => {
      const scratch = { offset: room.take(this.team.threads * size), bytes: size * 4 };
      this.team.run('rows', parts, rowsArguments(kernel, rows, parts, args, scratch));
    });
  }

  #partsOf(rows: number): number {
    return Math.max(1, Math.min(rows, this.team.threads * PARTS));
  }

  /** Calls `work` with a way to get room for so many numbers; all of it is given back in the end. */
  withRoom<T>(work: (room: Room) => T): T {
    /* oxlint-disable no-underscore-dangle -- Emscripten's names */
    const heap = emscriptenHeap(this.#backend);
    const lent: number[] = [];
    const take = (count: number): number => {
      const place = heap._malloc(Math.max(count, 1) * 4);
      lent.push(place);
      return place;
    };
    try {
      return work({
        take,
        copy: (numbers) => {
          const place = take(numbers.length);
          const View = numbers instanceof Float32Array ? Float32Array : Int32Array;
          new View(heap.HEAPU8.buffer, place, numbers.length).set(numbers);
          return place;
        },
      });
    } finally {
      lent.forEach((place) => heap._free(place));
    }
  }

  /** Numbers on the heap, as a view that is good until the heap grows. */
  floats(place: number, count: number): Float32Array<ArrayBuffer> {
    return this.#machine.floats(place, count);
  }

  ints(place: number, count: number): Int32Array<ArrayBuffer> {
    return this.#machine.ints(place, count);
  }

  /** Σ of numbers on the heap, one after the other. By index: `reduce` and `of` take ten times as long and more. */
  sum(place: number, count: number): number {
    const numbers = this.floats(place, count);
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

export interface Room {
  take(count: number): number;
  copy(numbers: Float32Array | Int32Array): number;
}
