import type { TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What tfjs passes to a kernel of the wasm backend. */
export interface KernelArgs {
  inputs: Record<string, TensorInfo>;
  attrs: Record<string, unknown>;
  backend: BackendWasm;
}

export type Kernel = (args: KernelArgs) => TensorInfo;

/** One small call with a known answer. */
export interface KernelCase {
  inputs: Record<
    string,
    { values: readonly number[]; shape: number[]; dtype?: 'float32' | 'int32' | 'bool' }
  >;
  attrs?: Record<string, unknown>;
  expected: readonly number[];
  /** Largest |error| relative to max(1, |expected|). Default: 0, for kernels that do not round. */
  tolerance?: number;
}

/** A kernel that replaces tfjs's kernel of the same name. */
export interface KernelReplacement {
  kernelName: string;
  /** @param original tfjs's kernel, for inputs that the replacement does not handle */
  build(original: Kernel): Kernel;
  /** Checked when the backend starts. If one fails, tfjs's kernel is used. */
  cases: readonly KernelCase[];
}

/** An input that the kernel always has. */
export function input({ inputs }: KernelArgs, name: string): TensorInfo {
  const info = inputs[name];
  if (info === undefined) throw new TypeError(`kernel input ${name} is missing`);
  return info;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
