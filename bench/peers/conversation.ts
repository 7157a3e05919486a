import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { SaeLabError } from '@sae-lab/errors';

export const HOW_TO = 'See bench/peers/README.md.';

const ENVIRONMENT = {
  // Idle threads sleep. Spinning ones would slow down the process whose turn it is.
  OMP_WAIT_POLICY: 'PASSIVE',
  KMP_BLOCKTIME: '0',
  // Freed memory stays with the process. By default glibc returns large blocks to the system, and fetching them again
  // costs a tenth of every step.
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: '100000000000',
};

/** Talks to a program: a JSON line out, a JSON line back. */
export class Conversation {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<string>;
  #errors = '';

  /** @param args of the program, which answers every line with one line */
  constructor(program: string, ...args: readonly string[]) {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...ENVIRONMENT },
    });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    // Includes warnings of libraries, so only the end is kept, and it is shown only if the process fails.
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    // The end of the process is reported by `ask`, not by the pipe.
    child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  /**
   * Sends a message and waits for the answer.
   *
   * @throws {SaeLabError} `bench.peer-failed` if the process ended
   */
  async ask<T>(message: unknown): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    const line = await this.#lines.next();
    if (line.done !== true) return JSON.parse(line.value) as T;
    const how = await this.#ended;
    throw new SaeLabError('bench.peer-failed', {
      problem: `the process of a peer ended (${how}): ${lastLine(this.#errors)}`,
      // Usually the system ran short of memory.
      fix:
        how === 'SIGKILL'
          ? 'The system probably ran out of memory: leave out this case, or free some.'
          : HOW_TO,
    });
  }

  end(): void {
    this.#child.stdin.end();
  }
}

export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
