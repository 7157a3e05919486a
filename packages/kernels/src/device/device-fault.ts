/**
 * Errors that a GPU reports asynchronously. WebGPU answers an invalid command with zeros, and reports the error in a later
 * event. It is kept here until the trainer asks for it.
 */
import { SaeLabError } from '@sae-lab/errors';

let fault: SaeLabError | undefined;

/** Keeps the first error: later ones usually follow from it. */
export function noteDeviceFault(problem: string, cause?: unknown): void {
  fault ??= new SaeLabError('kernels.device-fault', {
    problem: `the GPU reported an error: ${problem}`,
    field: 'device',
    fix: 'If a buffer is too large or memory is short, lower the batch size or the width. `--device cpu` needs no GPU.',
    ...(cause !== undefined && { cause }),
  });
}

/**
 * Call it after reading results, before using them.
 *
 * @throws {SaeLabError} `kernels.device-fault`, once per fault
 */
export function throwDeviceFault(): void {
  const reported = fault;
  fault = undefined;
  if (reported !== undefined) throw reported;
}
