import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import type { BackendInfo } from '../cpu-backend.ts';
import { firstLine, unavailable } from './device.ts';

const FIX = 'See docs/gpu.md for the requirements. `--device cpu` needs no GPU.';

/**
 * Makes TensorFlow with CUDA tfjs's backend. The package is optional, and its native part is built only on request. Without a
 * GPU, TensorFlow would silently compute on the CPU.
 *
 * @throws {SaeLabError} `kernels.device-unavailable`
 */
export async function startCuda(): Promise<Omit<BackendInfo, 'threads'>> {
  // The package calls util.isNullOrUndefined, which Node 23 removed.
  const legacy = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  // By default TensorFlow allocates all of the GPU's memory, which leaves none for a second process.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  try {
    await import('@tensorflow/tfjs-node-gpu');
  } catch (cause) {
    throw unavailable('cuda', whyNotLoaded(cause), FIX, cause);
  }
  await tf.setBackend('tensorflow');
  const backend = tf.backend() as { isUsingGpuDevice?: boolean };
  if (backend.isUsingGpuDevice !== true) throw unavailable('cuda', 'TensorFlow found no GPU', FIX);
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
