import * as tf from '@tensorflow/tfjs';
import type { Kernel, KernelCase, KernelReplacement } from './replacement.ts';

export interface Installed {
  replacedKernels: string[];
  warnings: string[];
}

/**
 * Registers the replacements for the current backend and tries each on its cases. One that fails makes way for
 * tfjs's own kernel again, with a line of warning.
 */
export function installKernels(backendName: string, replacements: readonly KernelReplacement[]): Installed {
  const installed: Installed = { replacedKernels: [], warnings: [] };
  for (const replacement of replacements) {
    const { kernelName } = replacement;
    const original = tf.getKernel(kernelName, 'wasm')?.kernelFunc as Kernel | undefined;
    register(backendName, kernelName, replacement.build(original ?? missing(kernelName)));
    const failure = findFailure(replacement);
    if (failure === undefined) {
      installed.replacedKernels.push(kernelName);
      continue;
    }
    if (original === undefined) tf.unregisterKernel(kernelName, backendName);
    else register(backendName, kernelName, original);
    const remedy = original === undefined ? 'there is no other' : "tfjs's own, slower one is used";
    installed.warnings.push(
      `${backendName}: the kernel ${kernelName} failed its self-check (${failure}); ${remedy}`,
    );
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

function findFailure({ kernelName, cases }: KernelReplacement): string | undefined {
  for (const check of cases) {
    try {
      const wrong = tf.tidy(() => firstWrong(kernelName, check));
      if (wrong !== undefined) return wrong;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return undefined;
}

function firstWrong(kernelName: string, check: KernelCase): string | undefined {
  const inputs = Object.fromEntries(
    Object.entries(check.inputs).map(([name, { values, shape, dtype }]) => [
      name,
      tf.tensor([...values], shape, dtype ?? 'float32'),
    ]),
  );
  const attrs = (check.attrs ?? {}) as tf.NamedAttrMap;
  const output = tf.engine().runKernel<tf.Tensor>(kernelName, inputs, attrs);
  const received = output.dataSync();
  if (received.length !== check.expected.length) {
    return `${received.length} values instead of ${check.expected.length}`;
  }
  const at = check.expected.findIndex((expected, i) => {
    const error = Math.abs((received[i] ?? Number.NaN) - expected);
    return !(error <= (check.tolerance ?? 0) * Math.max(1, Math.abs(expected)));
  });
  return at < 0 ? undefined : `value ${at} is ${received[at]} instead of ${check.expected[at]}`;
}
