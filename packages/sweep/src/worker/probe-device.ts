import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EXIT_OF_SIGNAL } from '@sae-lab/command-line';
import { SaeLabError } from '@sae-lab/errors';
import { unavailable, type ChosenDevice, type Device } from '@sae-lab/kernels';
import type { ErrorJson } from './protocol.ts';

const PROBE = fileURLToPath(new URL('probe-process.ts', import.meta.url));

interface Probed {
  readonly device: ChosenDevice;
  /** For `auto`: the chosen device and why earlier ones were skipped, in one line. */
  readonly choice?: string | undefined;
}

export type FromProbe = (Probed & { readonly error?: never }) | { readonly error: ErrorJson };

/**
 * Finds the device to train on before anything is started. A separate process tries it, so that a driver crash cannot
 * take down the sweep.
 *
 * @param script the probe; tests pass their own
 * @throws {SaeLabError} `kernels.device-unavailable` if the requested device cannot be used
 */
export async function probeDevice(asked: Device, script = PROBE): Promise<Probed> {
  if (asked === 'cpu') return { device: 'cpu' };
  const answer = await ask(asked, script);
  if (typeof answer !== 'string') {
    if (answer.error !== undefined) throw SaeLabError.fromJSON(answer.error);
    return answer;
  }
  // A driver that crashes its process cannot be used.
  const problem = `the process that tried it ended with ${answer}`;
  if (asked === 'auto') return { device: 'cpu', choice: `device: cpu (${problem})` };
  throw unavailable(asked, problem, 'Update its driver; `--device cpu` needs no GPU.');
}

/** The answer of the probe; if there is none, a phrase that says how it ended. */
function ask(device: Device, script: string): Promise<FromProbe | string> {
  return new Promise((resolve) => {
    // Drivers print to both streams; the answer contains everything that matters.
    const child = fork(script, [device], { stdio: 'ignore' });
    killOnSignal(child);
    child.on('message', (message: FromProbe) => resolve(message));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

/** A signal that ends this process also ends the probe, which may be stuck in a driver and not handle it. */
function killOnSignal(child: ChildProcess): void {
  const signals = Object.keys(EXIT_OF_SIGNAL) as (keyof typeof EXIT_OF_SIGNAL)[];
  const forward = (signal: NodeJS.Signals): void => {
    child.kill('SIGKILL');
    release();
    process.kill(process.pid, signal);
  };
  const release = (): void => signals.forEach((signal) => process.off(signal, forward));
  for (const signal of signals) process.on(signal, forward);
  child.once('close', release);
  child.once('error', release);
}
