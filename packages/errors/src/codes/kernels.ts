import type { ErrorInfo } from './error-info.ts';

/** Errors of the devices and their kernels. */
export const KERNEL_ERRORS = {
  'kernels.device': { meaning: 'The name of the device is unknown.', fix: 'Use auto, cuda, webgpu or cpu.' },
  'kernels.device-unavailable': {
    meaning: 'The device cannot be used on this machine.',
    fix: 'Read the reason in the message and docs/gpu.md. `--device cpu` needs no GPU.',
  },
  'kernels.device-fault': {
    meaning: 'The GPU reported an error.',
    fix: 'Lower the batch size or the width if memory is short. `--device cpu` needs no GPU.',
  },
  'kernels.out-of-memory': {
    meaning: 'A tensor does not fit into the memory of the CPU backend.',
    fix: 'Lower the batch size or the width, or dispose tensors that are no longer needed.',
  },
  'kernels.threads': {
    meaning: 'The number of threads is not between 1 and the number of cores.',
    fix: 'Leave it out to use every core.',
  },
  'kernels.thread-lost': {
    meaning: 'A thread of the CPU backend ended.',
    fix: 'Run again: a sweep continues from its last checkpoint. If it happens again, use one thread.',
  },
  'kernels.wasm-unavailable': {
    meaning: "tfjs's wasm backend does not start.",
    fix: 'Run `pnpm install --frozen-lockfile`.',
  },
  'kernels.onnxruntime-unavailable': {
    meaning: 'ONNX Runtime does not load on this platform.',
    fix: 'Run `pnpm install --frozen-lockfile`. On Alpine Linux, use an image with glibc.',
  },
  'kernels.onnxruntime-version': {
    meaning: 'The installed onnxruntime-node is not the version that the CPU backend needs.',
    fix: 'Run `pnpm install --frozen-lockfile`.',
  },
  'kernels.einsum': {
    meaning: 'einsum cannot read the equation for these tensors.',
    fix: "Use one letter per axis and a result after ->, e.g. 'bd,fd->bf'.",
  },
  'kernels.dtype': {
    meaning: 'An operation does not support the type of a tensor.',
    fix: "Cast it first: `x.cast('float32')`.",
  },
  'kernels.top-k': {
    meaning: 'The arguments of selectTopK are wrong, or too large for WebGPU.',
    fix: 'Pass a float32 matrix and a k of at least 0. On WebGPU, lower the batch size.',
  },
} as const satisfies Record<string, ErrorInfo>;
