import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import type { BackendInfo } from '../cpu-backend.ts';
import { firstLine, unavailable } from './device.ts';

const FIX = 'docs/gpu.md says what it takes; `--device cpu` needs no GPU.';

/**
 * Makes TensorFlow's own library, with CUDA, tfjs's backend. The package is optional and its native part built on
 * request only; without a GPU it would compute on the CPU and say nothing.
 *
 * @throws {SaeLabError} `kernels.device-unavailable`
 */
export async function startCuda(): Promise<Omit<BackendInfo, 'threads'>> {
  // Node 23 removed it, the package calls it. Its types do not know it any more.
  const legacy = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  // Else it takes all of the GPU's memory at once, and nothing is left for a second process.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  try {
    await import('@tensorflow/tfjs-node-gpu');
  } catch (cause) {
    throw unavailable('cuda', whyNotLoaded(cause), FIX, cause);
  }
  await tf.setBackend('tensorflow');
  const backend = tf.backend() as { isUsingGpuDevice?: boolean };
  if (backend.isUsingGpuDevice !== true) throw unavailable('cuda', 'TensorFlow finds no GPU', FIX);
  return {
    name: 'tensorflow',
    runtime: `@tensorflow/tfjs-node-gpu ${tf.version_core}`,
    replacedKernels: [],
    warnings: [],
  };
}

function whyNotLoaded(cause: unknown): string {
  const said = firstLine(cause);
  if (said.includes('native addon')) return 'the native part of @tensorflow/tfjs-node-gpu is not built';
  if (said.includes('Cannot find package')) return '@tensorflow/tfjs-node-gpu is not installed';
  return `@tensorflow/tfjs-node-gpu does not load: ${said}`;
}
