import * as tf from '@tensorflow/tfjs';
import { findFailure, selfCheckWarning, type SelfCheckCase } from '../self-check.ts';
import type { Kernel, KernelReplacement } from './replacement.ts';

export interface Installed {
  replacedKernels: string[];
  warnings: string[];
}

/**
 * Registers the replacements for a backend and checks each on its cases. If one fails, tfjs's own kernel is restored, with a
 * warning.
 */
export function installKernels(backendName: string, replacements: readonly KernelReplacement[]): Installed {
  const installed: Installed = { replacedKernels: [], warnings: [] };
  for (const replacement of replacements) {
    const { kernelName } = replacement;
    const original = tf.getKernel(kernelName, 'wasm')?.kernelFunc as Kernel | undefined;
    register(backendName, kernelName, replacement.build(original ?? missing(kernelName)));
    const failure = findFailure(() => casesOf(replacement));
    if (failure === undefined) {
      installed.replacedKernels.push(kernelName);
      continue;
    }
    if (original === undefined) tf.unregisterKernel(kernelName, backendName);
    else register(backendName, kernelName, original);
    const fallback = original === undefined ? 'tfjs has no kernel of that name' : "using tfjs's slower one";
    installed.warnings.push(selfCheckWarning(backendName, `the kernel ${kernelName}`, { failure, fallback }));
  }
  return installed;
}

function register(backendName: string, kernelName: string, kernel: Kernel): void {
  if (tf.getKernel(kernelName, backendName) !== undefined) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ kernelName, backendName, kernelFunc: kernel as unknown as tf.KernelFunc });
}

function missing(kernelName: string): Kernel {
  return () => {
    throw new Error(`${kernelName}: tfjs has no kernel for these inputs on wasm`);
  };
}

function* casesOf({ kernelName, cases }: KernelReplacement): Generator<SelfCheckCase> {
  for (const { inputs: small, attrs = {}, expected, tolerance = 0 } of cases) {
    const inputs = Object.fromEntries(
      Object.entries(small).map(([name, { values, shape, dtype }]) => [
        name,
        tf.tensor([...values], shape, dtype ?? 'float32'),
      ]),
    );
    const actual = tf.engine().runKernel<tf.Tensor>(kernelName, inputs, attrs as tf.NamedAttrMap);
    yield { actual, expected, tolerance };
  }
}
