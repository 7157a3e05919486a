import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@sae-lab/command-line';
import { SaeLabError } from '@sae-lab/errors';
import type { TextAnswer, TextStage } from './answers.ts';
import type { FromProcess, ToProcess } from './protocol.ts';
import type { TextRequest } from './requests.ts';

/** By its path: what the dashboard imports must not depend on tensor libraries. */
const SCRIPT = join(PROJECT_ROOT, 'packages/text-process/src/main.ts');
/** A process that does not stop this long after it was asked to is killed, e.g. in the middle of a download. */
const CANCEL_MS = 5000;
/** Characters of its output that an error has. */
const OUTPUT = 1000;

export interface ProcessOptions {
  readonly dataDir: string;
  /** The database of the runs, which is up to date. */
  readonly databaseUrl: string;
}

interface Asked {
  readonly signal?: AbortSignal | undefined;
  readonly onStage?: ((stage: TextStage) => void) | undefined;
}

/** The process that has the model. Takes one request at a time. */
export class TextProcess {
  readonly #child: ChildProcess;
  #output = '';
  #ended: string | undefined;

  constructor({ dataDir, databaseUrl }: ProcessOptions) {
    this.#child = fork(SCRIPT, [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, DATABASE_URL: databaseUrl, SAE_LAB_DATA: dataDir },
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-OUTPUT);
    });
    // Without a listener, an error would end this process.
    this.#child.on('error', (error) => (this.#ended ??= error.message));
    this.#child.on('exit', (code, signal) => {
      this.#ended ??= signal === null ? `exit code ${code}` : `signal ${signal}`;
    });
  }

  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  kill(): void {
    this.#ended ??= 'it was ended';
    this.#child.kill('SIGKILL');
  }

  /** @throws {SaeLabError} `text.process-ended`, and what the process reports */
  async ask(
    request: TextRequest,
    { signal, onStage }: Asked,
  ): Promise<{ readonly answer: TextAnswer; readonly computing: number }> {
    const child = this.#child;
    const answered = Promise.withResolvers<{ answer: TextAnswer; computing: number }>();
    let killing: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      this.#send({ type: 'cancel' });
      killing = setTimeout(() => this.kill(), CANCEL_MS);
    };
    const onMessage = (message: FromProcess): void => {
      if (message.type === 'stage') onStage?.(message.stage);
      else if (message.type === 'answer') answered.resolve(message);
      else answered.reject(SaeLabError.fromJSON(message.error));
    };
    // After the last output, which says why.
    const onEnd = (): void => answered.reject(this.#endError());
    child.on('message', onMessage).on('close', onEnd).on('error', onEnd);
    signal?.addEventListener('abort', cancel);
    try {
      if (!this.isAlive) throw this.#endError();
      this.#send({ type: 'ask', request });
      if (signal?.aborted === true) cancel();
      return await answered.promise;
    } finally {
      clearTimeout(killing);
      signal?.removeEventListener('abort', cancel);
      child.off('message', onMessage).off('close', onEnd).off('error', onEnd);
    }
  }

  #send(message: ToProcess): void {
    // If it has ended, 'close' follows.
    this.#child.send(message, () => {});
  }

  #endError(): SaeLabError {
    const output = this.#output.trim();
    return new SaeLabError('text.process-ended', {
      problem: `the process that runs the model ended (${this.#ended ?? 'unknown'})`,
      ...(output !== '' && { received: output }),
      fix: 'Ask again: it is started again. If it ends again, the memory may not be enough.',
    });
  }
}
