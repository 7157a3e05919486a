import { readFileSync } from 'node:fs';
import { emscriptenHeap } from '../heap.ts';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What `assembly/index.ts` exports: every argument is a number or the place of an array in memory. */
interface Exports {
  prefixProducts(...args: number[]): void;
  valueGradients(...args: number[]): void;
  suffixSums(...args: number[]): void;
  sortByColumn(...args: number[]): void;
  weightGradients(...args: number[]): void;
  select(...args: number[]): number;
  countSizes(...args: number[]): void;
  boundOf(...args: number[]): number;
  keepLargestOfAll(...args: number[]): void;
}

/** What is used of the global that the types of Node leave to those of browsers. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: Exports };
};

/**
 * The compiled kernels, working in place on the heap of tfjs's wasm backend, so that no tensor is copied. Arrays that are
 * no tensors are lent room on it.
 */
export class WasmKernels {
  readonly run: Exports;
  readonly #backend: BackendWasm;

  constructor(backend: BackendWasm) {
    // A memory of its own could not be shared with tfjs's module, so that every tensor would be copied there and back.
    const { memory } = (backend.wasm as unknown as { asm: { memory: object } }).asm;
    const module = new WebAssembly.Module(readFileSync(new URL('./kernels.wasm', import.meta.url)));
    this.run = new WebAssembly.Instance(module, { env: { memory } }).exports;
    this.#backend = backend;
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
    return new Float32Array(emscriptenHeap(this.#backend).HEAPU8.buffer, place, count);
  }

  ints(place: number, count: number): Int32Array<ArrayBuffer> {
    return new Int32Array(emscriptenHeap(this.#backend).HEAPU8.buffer, place, count);
  }
}

export interface Room {
  take(count: number): number;
  copy(numbers: Float32Array | Int32Array): number;
}
