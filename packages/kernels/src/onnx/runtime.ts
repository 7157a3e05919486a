import { SaeLabError } from '@sae-lab/errors';
import type * as Onnx from 'onnxruntime-node';
import type * as OnnxBinding from 'onnxruntime-node/dist/binding.js';

/**
 * The exact version of onnxruntime-node that the backend needs. A tfjs kernel must return synchronously, and only an
 * internal binding of the package does that; its public API returns promises.
 */
export const ONNX_RUNTIME_VERSION = '1.30.0';

export type OnnxTensor = Onnx.Tensor;
type Binding = typeof OnnxBinding;

export interface OnnxRuntime {
  binding: Binding['binding'];
  Tensor: typeof Onnx.Tensor;
}

/**
 * Loads ONNX Runtime.
 *
 * @throws {SaeLabError} `kernels.onnxruntime-unavailable`, `kernels.onnxruntime-version`
 */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  const { env, Tensor, binding, initOrt } = await importRuntime();
  const received = env.versions.node;
  if (received !== ONNX_RUNTIME_VERSION) {
    throw new SaeLabError('kernels.onnxruntime-version', {
      problem: 'the CPU backend needs another version of onnxruntime-node than the one installed',
      expected: ONNX_RUNTIME_VERSION,
      received: String(received),
      fix: 'Run `pnpm install --frozen-lockfile`.',
    });
  }
  initOrt();
  return { binding, Tensor };
}

async function importRuntime() {
  try {
    const [{ env, Tensor }, { binding, initOrt }] = await Promise.all([
      import('onnxruntime-node'),
      import('onnxruntime-node/dist/binding.js'),
    ]);
    return { env, Tensor, binding, initOrt };
  } catch (cause) {
    throw new SaeLabError('kernels.onnxruntime-unavailable', {
      problem: `ONNX Runtime does not load on ${process.platform} ${process.arch}`,
      expected: 'a platform for which onnxruntime-node has a binary: Linux, macOS or Windows on x64 or arm64',
      received: cause instanceof Error ? cause.message : String(cause),
      fix: 'Run `pnpm install --frozen-lockfile`. On Alpine Linux, use an image with glibc.',
      cause,
    });
  }
}
