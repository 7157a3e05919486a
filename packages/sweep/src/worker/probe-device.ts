import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SaeLabError } from '@sae-lab/errors';
import { unavailable, type ChosenDevice, type Device } from '@sae-lab/kernels';
import type { ErrorJson } from './protocol.ts';

const script = fileURLToPath(new URL('probe-process.ts', import.meta.url));

interface Probed {
  readonly device: ChosenDevice;
  /** Where `auto` had to choose: which was taken, and why not those before it, in one line. */
  readonly choice?: string | undefined;
}

export type FromProbe = (Probed & { readonly error?: never }) | { readonly error: ErrorJson };

/**
 * Finds out before anything is started which device there is to train on, in a process of its own.
 *
 * @throws SaeLabError `kernels.device-unavailable` where one was asked for that cannot be had
 */
export async function probeDevice(asked: Device): Promise<Probed> {
  if (asked === 'cpu') return { device: 'cpu' };
  const answer = await ask(asked);
  if (typeof answer !== 'string') {
    if (answer.error !== undefined) throw SaeLabError.fromJSON(answer.error);
    return answer;
  }
  // A driver that takes its process down is as good as none.
  const problem = `the process that tried it ended with ${answer}`;
  if (asked === 'auto') return { device: 'cpu', choice: `device: cpu (${problem})` };
  throw unavailable(asked, problem, 'Update its driver; `--device cpu` needs no GPU.');
}

/** What the process answers, or in words how it ended without an answer. */
function ask(device: Device): Promise<FromProbe | string> {
  return new Promise((resolve) => {
    // What drivers print is of no use to anyone: whether it works is in the answer.
    const child = fork(script, [device], { stdio: 'ignore' });
    child.on('message', (message: FromProbe) => resolve(message));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}
