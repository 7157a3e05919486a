import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { CPU_BACKEND } from './backend-name.ts';
import { kernelModule } from './compiled/kernel-module.ts';
import { sharingMemory } from './compiled/shared-memory.ts';
import type { WasmMemory } from './compiled/web-assembly.ts';
import { startDensePasses } from './dense/start-passes.ts';
import { emscriptenHeap, guardAllocation, reserve } from './heap/allocation.ts';
import { Heap } from './heap/heap.ts';
import { createGemm, type Gemm } from './onnx/gemm.ts';
import { loadOnnxRuntime, ONNX_RUNTIME_VERSION } from './onnx/runtime.ts';
import { startOptimizer } from './optimizer/start-optimizer.ts';
import { addReplacement } from './replacements/add.ts';
import { dataMovementReplacements } from './replacements/data-movement.ts';
import { einsumReplacement, registerEinsumGradient } from './replacements/einsum.ts';
import { elementwiseReplacements } from './replacements/elementwise.ts';
import { installKernels } from './replacements/install.ts';
import { matMulReplacements } from './replacements/mat-mul.ts';
import { reduceReplacements } from './replacements/reduce.ts';
import { selectTopKReplacement } from './replacements/select-top-k-kernel.ts';
import { unsortedSegmentSumReplacement } from './replacements/unsorted-segment-sum.ts';
import { EntryGradients } from './sparse/entry-gradients.ts';
import { startSparseKernels } from './sparse/start-kernels.ts';
import { ThreadContext, SPILL_BYTES } from './tasks/thread-context.ts';
import { sharingFault } from './threads/sharing-fault.ts';
import { Team } from './threads/team.ts';

export interface CpuBackendOptions {
  /** Threads, from 1 to the number of cores. Default: all cores. */
  threads?: number;
}

export interface BackendInfo {
  name: string;
  threads: number;
  /** The native runtime and its version. */
  runtime: string;
  /** Names of the tfjs kernels that were replaced or added. */
  replacedKernels: string[];
  /** One line for each part that failed its self-check. Empty if everything works. */
  warnings: string[];
}

let backend: BackendWasm | undefined;
let team: Team | undefined;
/** Offset of the spill memory, enough for one thread per core. */
let spill: number | undefined;
/** Why tfjs's memory is not shared with other threads; undefined if it is. */
let unshared: string | undefined;
let started: { threads: number; info: Promise<BackendInfo> } | undefined;

/**
 * Makes `sae-cpu` tfjs's backend: tfjs's wasm backend, with ONNX Runtime for matrix products and compiled kernels for
 * everything else that is slow or missing. Results do not depend on the number of threads. Call it again to change the
 * number.
 *
 * @example
 * const { threads, warnings } = await useCpuBackend({ threads: 2 });
 *
 * @throws {SaeLabError} `kernels.threads`, `kernels.wasm-unavailable`, `kernels.onnxruntime-unavailable`,
 *   `kernels.onnxruntime-version`
 */
export async function useCpuBackend(options: CpuBackendOptions = {}): Promise<BackendInfo> {
  const threads = options.threads ?? availableParallelism();
  const cores = availableParallelism();
  if (!Number.isInteger(threads) || threads < 1 || threads > cores) {
    throw new SaeLabError('kernels.threads', {
      problem: threads > cores ? 'more threads than available cores' : 'must be a positive integer',
      field: 'threads',
      expected: `an integer from 1 to ${cores}`,
      received: describeValue(options.threads),
      fix: 'Leave it out to use all cores.',
    });
  }
  if (started?.threads !== threads) {
    const before = started?.info.catch(() => undefined);
    started = { threads, info: Promise.resolve(before).then(() => start(threads)) };
  }
  try {
    const info = await started.info;
    await tf.setBackend(CPU_BACKEND);
    return info;
  } catch (error) {
    // Let a later call try again.
    started = undefined;
    throw error;
  }
}

/** Size in bytes of the heap that all tensors of the backend share. It grows up to 4 GiB and never shrinks. */
export function heapBytes(): number {
  return backend === undefined ? 0 : emscriptenHeap(backend).HEAPU8.length;
}

async function start(threads: number): Promise<BackendInfo> {
  const runtime = await loadOnnxRuntime();
  backend ??= await registerOverWasm(createGemm(runtime, 1));
  await tf.setBackend(CPU_BACKEND);
  const gemm = createGemm(runtime, threads);
  const { memory } = (backend.wasm as unknown as { asm: { memory: WasmMemory } }).asm;
  spill ??= reserve(backend, availableParallelism() * SPILL_BYTES);
  const isShared = !(memory.buffer instanceof ArrayBuffer);
  const context = new ThreadContext(kernelModule(isShared), memory, runtime, spill, 0);
  await team?.dispose();
  team = await Team.start(context, isShared ? threads : 1);
  const heap = new Heap(backend, context, team);
  registerEinsumGradient();
  const installed = installKernels(CPU_BACKEND, [
    ...matMulReplacements(gemm, heap),
    ...elementwiseReplacements(runtime),
    ...reduceReplacements(runtime, gemm),
    ...dataMovementReplacements,
    addReplacement(heap),
    unsortedSegmentSumReplacement,
    selectTopKReplacement,
    einsumReplacement,
  ]);
  if (unshared !== undefined && threads > 1) {
    installed.warnings.push(
      `${CPU_BACKEND}: memory cannot be shared between threads (${unshared}); only dense products use more than one thread`,
    );
  }
  const gradients = new EntryGradients(heap);
  installed.warnings.push(
    ...startSparseKernels(heap, gemm, gradients),
    ...startDensePasses(heap),
    ...startOptimizer(heap, gradients),
  );
  return { name: CPU_BACKEND, threads, runtime: `onnxruntime-node ${ONNX_RUNTIME_VERSION}`, ...installed };
}

/**
 * Registers `sae-cpu` as a second name of tfjs's wasm backend. Both share one instance: tfjs's kernels keep their wasm module
 * in a module-level variable, so a second instance would break the first.
 */
async function registerOverWasm(gemm: Gemm): Promise<BackendWasm> {
  await import('@tensorflow/tfjs-backend-wasm');
  unshared = sharingFault(gemm);
  const load = () => tf.setBackend('wasm');
  if (!(await (unshared === undefined ? sharingMemory(load) : load()))) {
    throw new SaeLabError('kernels.wasm-unavailable', {
      problem: "tfjs's wasm backend does not start",
      expected: '@tensorflow/tfjs-backend-wasm with its .wasm files',
      fix: 'Run `pnpm install --frozen-lockfile`.',
    });
  }
  const wasm = tf.backend() as BackendWasm;
  guardAllocation(wasm);
  tf.copyRegisteredKernels('wasm', CPU_BACKEND);
  tf.registerBackend(CPU_BACKEND, () => wasm);
  return wasm;
}
