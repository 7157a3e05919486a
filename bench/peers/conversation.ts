import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { SaeLabError } from '@sae-lab/errors';

export const HOW_TO = 'See bench/peers/README.md.';

const ENVIRONMENT = {
  // Threads that wait for work sleep: they must not spin while it is another's turn.
  OMP_WAIT_POLICY: 'PASSIVE',
  KMP_BLOCKTIME: '0',
  // Memory that is freed stays the process's own. By default glibc gives large blocks back and every step then pays
  // for fetching them again: a tenth of its time.
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: '100000000000',
};

/** A JSON line out, a JSON line back. */
export class Conversation {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<string>;
  #errors = '';

  /** Starts a script, which answers each line with one. */
  constructor(python: string, script: string) {
    const child = spawn(python, [script], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...ENVIRONMENT },
    });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    // Also holds what libraries warn of, so only its end is kept, and shown only where it was the end of all.
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    // A process that has ended is told of below, not by the pipe to it.
    child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  /** @throws {SaeLabError} `bench.peer-failed` */
  async ask<T>(message: unknown): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    const line = await this.#lines.next();
    if (line.done !== true) return JSON.parse(line.value) as T;
    const how = await this.#ended;
    throw new SaeLabError('bench.peer-failed', {
      problem: `the Python peer ended (${how}): ${lastLine(this.#errors)}`,
      // What ends a process from outside is mostly the system, short of memory.
      fix: how === 'SIGKILL' ? 'Was there too little memory?' : HOW_TO,
    });
  }

  end(): void {
    this.#child.stdin.end();
  }
}

export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
