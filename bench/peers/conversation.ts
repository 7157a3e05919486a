import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { SaeLabError } from '@sae-lab/errors';

export const HOW_TO = 'See bench/peers/README.md.';

const ENVIRONMENT = {
  // Threads without work sleep: they must not spin while another peer runs.
  OMP_WAIT_POLICY: 'PASSIVE',
  KMP_BLOCKTIME: '0',
  // Freed memory stays with the process. By default glibc returns large blocks to the system, and allocating them again takes
  // a tenth of every step.
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: '100000000000',
};

/** Sends a JSON line to a process, and receives one. */
export class Conversation {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<string>;
  #errors = '';

  /** Starts a script that answers each line with one line. */
  constructor(python: string, script: string) {
    const child = spawn(python, [script], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...ENVIRONMENT },
    });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    // It also has warnings of libraries, so only its end is kept, and shown only if the process ends.
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    // That the process has ended is reported below.
    child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  /** @throws SaeLabError `bench.peer-failed` */
  async ask<T>(message: unknown): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    const line = await this.#lines.next();
    if (line.done !== true) return JSON.parse(line.value) as T;
    const how = await this.#ended;
    throw new SaeLabError('bench.peer-failed', {
      problem: `the Python peer ended (${how}): ${lastLine(this.#errors)}`,
      // SIGKILL mostly comes from the system, when it runs out of memory.
      fix: how === 'SIGKILL' ? 'Check that the machine has enough memory.' : HOW_TO,
    });
  }

  end(): void {
    this.#child.stdin.end();
  }
}

export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
