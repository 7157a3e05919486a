import { SaeLabError } from '@sae-lab/errors';

/**
 * The synchronous session of onnxruntime-node. Its public API only has a promise, and a tfjs kernel must
 * return at once. The binding is an internal of the package, hence the exact version.
 */
export const ONNX_RUNTIME_VERSION = '1.30.0';

export type OnnxTensor = import('onnxruntime-node').Tensor;
type Binding = typeof import('onnxruntime-node/dist/binding.js');

export interface OnnxRuntime {
  binding: Binding['binding'];
  Tensor: typeof import('onnxruntime-node').Tensor;
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
      problem: 'the installed onnxruntime-node is not the version that the CPU backend was written for',
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
      expected: 'a platform that onnxruntime-node has a binary for (Linux, macOS, Windows; x64, arm64)',
      received: cause instanceof Error ? cause.message : String(cause),
      fix: 'Run `pnpm install --frozen-lockfile`; on Alpine Linux use an image with glibc.',
      cause,
    });
  }
}
