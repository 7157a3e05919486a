import { createGemm, type Gemm } from '../onnx/gemm.ts';
import { createIntegerProduct, type IntegerProduct } from '../onnx/integer-product.ts';
import type { OnnxRuntime } from '../onnx/runtime.ts';
import type { KernelExports } from '../compiled/kernel-exports.ts';
import { wasm, type WasmMemory } from '../compiled/web-assembly.ts';

/** Bytes in which a thread's kernels put registers down; as many as `assembly/rows.ts` uses. */
export const ROOM = 128;

/** What a thread works with: the compiled kernels, products, and the memory that both work in. */
export class Machine {
  /** Of the kernels: compiled once, for all threads. */
  readonly module: object;
  readonly rooms: number;
  readonly run: KernelExports;
  readonly memory: WasmMemory;
  /** Both on one thread. */
  readonly gemm: Gemm;
  readonly integerProduct: IntegerProduct;
  /** 0 for the caller's own thread. */
  readonly thread: number;

  /** @param rooms room for `ROOM` bytes of each thread */
  constructor(module: object, memory: WasmMemory, runtime: OnnxRuntime, rooms: number, thread: number) {
    this.module = module;
    this.rooms = rooms;
    const room = rooms + thread * ROOM;
    this.run = new wasm.Instance(module, { env: { memory }, rows: { room } }).exports as KernelExports;
    this.memory = memory;
    this.gemm = createGemm(runtime, 1);
    this.integerProduct = createIntegerProduct(runtime);
    this.thread = thread;
  }

  /** Numbers in memory, as a view that is good until the memory grows. */
  floats(place: number, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#buffer(place + count * 4), place, count);
  }

  ints(place: number, count: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#buffer(place + count * 4), place, count);
  }

  bytes(place: number, count: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer(place + count), place, count);
  }

  #buffer(end: number): ArrayBuffer {
    // That another thread made the memory larger shows only when asked for.
    if (end > this.memory.buffer.byteLength) this.memory.grow(0);
    return this.memory.buffer;
  }
}
