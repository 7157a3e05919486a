import type { KernelExports } from '../compiled/kernel-exports.ts';
import { wasm, type WasmMemory } from '../compiled/web-assembly.ts';
import { createGemm, type Gemm } from '../onnx/gemm.ts';
import { createIntegerProduct, type IntegerProduct } from '../onnx/integer-product.ts';
import type { OnnxRuntime } from '../onnx/runtime.ts';

/** Bytes per thread to which the kernels spill registers. Must match `assembly/rows.ts`. */
export const SPILL_BYTES = 128;

/** What a thread needs: the compiled kernels, matrix products and the memory that both use. */
export class ThreadContext {
  /** The kernels' WebAssembly module, compiled once for all threads. */
  readonly module: object;
  /** Offset of `SPILL_BYTES` bytes for each thread. */
  readonly spill: number;
  readonly run: KernelExports;
  readonly memory: WasmMemory;
  /** A float product on this thread only. */
  readonly gemm: Gemm;
  /** An 8-bit product on this thread only. */
  readonly integerProduct: IntegerProduct;
  /** 0 is the caller's own thread. */
  readonly thread: number;

  constructor(module: object, memory: WasmMemory, runtime: OnnxRuntime, spill: number, thread: number) {
    this.module = module;
    this.spill = spill;
    const imports = { env: { memory }, rows: { spill: spill + thread * SPILL_BYTES } };
    this.run = new wasm.Instance(module, imports).exports as KernelExports;
    this.memory = memory;
    this.gemm = createGemm(runtime, 1);
    this.integerProduct = createIntegerProduct(runtime);
    this.thread = thread;
  }

  /** Numbers in memory. The view is valid until the memory grows. */
  floats(offset: number, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#buffer(offset + count * 4), offset, count);
  }

  ints(offset: number, count: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#buffer(offset + count * 4), offset, count);
  }

  bytes(offset: number, count: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer(offset + count), offset, count);
  }

  #buffer(end: number): ArrayBuffer {
    // `grow(0)` refreshes the buffer after another thread has grown the memory.
    if (end > this.memory.buffer.byteLength) this.memory.grow(0);
    return this.memory.buffer;
  }
}
