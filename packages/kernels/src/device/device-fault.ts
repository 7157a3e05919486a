/**
 * What a GPU reports of its own accord, between two calls of ours: WebGPU answers a wrong command with zeros, and says
 * what was wrong in an event some time later. Kept here until someone asks.
 */
import { SaeLabError } from '@sae-lab/errors';

let fault: SaeLabError | undefined;

/** The first is kept: those that follow are mostly of its making. */
export function noteDeviceFault(problem: string, cause?: unknown): void {
  fault ??= new SaeLabError('kernels.device-fault', {
    problem: `the GPU reports: ${problem}`,
    field: 'device',
    fix: 'Where a buffer is too large or memory is short, lower the batch size or the width; `--device cpu` needs no GPU.',
    ...(cause !== undefined && { cause }),
  });
}

/**
 * To be called wherever results have just been read, before they are believed.
 *
 * @throws {SaeLabError} `kernels.device-fault`, once for each fault
 */
export function throwDeviceFault(): void {
  const reported = fault;
  fault = undefined;
  if (reported !== undefined) throw reported;
}
