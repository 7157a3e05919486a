import type { TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What tfjs hands to a kernel of the wasm backend. */
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
  /** Largest |error| relative to max(1, |expected|); 0 where the kernel does no rounding. */
  tolerance?: number;
}

/** A kernel that stands in for tfjs's own of the same name. */
export interface KernelReplacement {
  kernelName: string;
  /** `original` is tfjs's kernel, for the inputs that the replacement leaves to it. */
  build(original: Kernel): Kernel;
  /** Run when the backend starts; a wrong answer brings tfjs's own kernel back. */
  cases: readonly KernelCase[];
}

/** An input by its name, which every caller knows the op to have. */
export function input({ inputs }: KernelArgs, name: string): TensorInfo {
  const info = inputs[name];
  if (info === undefined) throw new TypeError(`kernel input ${name} is missing`);
  return info;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
