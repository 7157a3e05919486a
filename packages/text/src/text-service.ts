import { SaeLabError } from '@sae-lab/errors';
import type { TextAnswer, TextStage, TextTimes } from './answers.ts';
import type { TextRequest } from './requests.ts';
import { TextProcess, type ProcessOptions } from './text-process.ts';

/** Requests that may wait. A page has at most one. */
const MOST_WAITING = 8;
/** The process ends when it had nothing to do for this long. */
const IDLE_MS = 5 * 60_000;

export interface TextServiceOptions extends ProcessOptions {
  /** @default five minutes */
  readonly idleMs?: number;
}

export interface AskOptions {
  /** Cancels the request. */
  readonly signal?: AbortSignal;
  readonly onStage?: (stage: TextStage) => void;
}

/** An answer and how long it took. */
export interface Answered {
  readonly answer: TextAnswer;
  readonly milliseconds: TextTimes;
}

interface Waiting extends AskOptions {
  readonly request: TextRequest;
  readonly begun: number;
  readonly resolve: (answered: Answered) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs SAEs on texts in a process that keeps the model warm. The process is started by the first request, answers one at a
 * time, ends when it is idle, and is started again after a crash. Nothing here loads a tensor library.
 *
 * @example
 * const texts = new TextService({ dataDir: '.sae-lab', databaseUrl });
 * const { answer } = await texts.ask({ kind: 'read', text: 'The cat sat.', saes: [{ runId: 1 }] });
 * texts.close();
 */
export class TextService {
  readonly #options: TextServiceOptions;
  readonly #waiting: Waiting[] = [];
  #process: TextProcess | undefined;
  #isBusy = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: TextServiceOptions) {
    this.#options = options;
  }

  /** The id of the process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#process?.isAlive === true ? this.#process.pid : undefined;
  }

  /**
   * @throws {SaeLabError} `text.busy`, `text.cancelled`, `text.process-ended`, and what reading and steering throw:
   *   `text.*`, `model.*`, `hook.*`, `sae.*`, `hub.*`, `store.*`
   */
  ask(request: TextRequest, options: AskOptions = {}): Promise<Answered> {
    const { signal, onStage } = options;
    if (signal?.aborted === true) return Promise.reject(cancelled());
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { ...options, request, begun: performance.now(), resolve, reject };
      this.#waiting.push(waiting);
      signal?.addEventListener('abort', () => {
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(cancelled());
      });
      if (this.#isBusy) onStage?.('waiting');
      else void this.#answerAll();
    });
  }

  /** Ends the process. Requests that wait are cancelled. */
  close(): void {
    clearTimeout(this.#idle);
    for (const { reject } of this.#waiting.splice(0)) reject(cancelled());
    this.#process?.kill();
    this.#process = undefined;
  }

  async #answerAll(): Promise<void> {
    this.#isBusy = true;
    clearTimeout(this.#idle);
    while (this.#isBusy) {
      const next = this.#waiting.shift();
      if (next === undefined) return this.#rest();
      const settle = await this.#answer(next).then(
        (answered) => () => next.resolve(answered),
        (error: unknown) => () => next.reject(error),
      );
      // Before the caller is told, who may ask again at once.
      if (this.#waiting.length === 0) this.#rest();
      settle();
    }
  }

  #rest(): void {
    this.#isBusy = false;
    this.#idle = setTimeout(() => {
      this.#process?.kill();
      this.#process = undefined;
    }, this.#options.idleMs ?? IDLE_MS).unref();
  }

  async #answer({ request, begun, signal, onStage }: Waiting): Promise<Answered> {
    const started = performance.now();
    if (this.#process?.isAlive !== true) {
      onStage?.('starting');
      this.#process = new TextProcess(this.#options);
    }
    const { answer, computing } = await this.#process.ask(request, { signal, onStage });
    const milliseconds = { total: performance.now() - begun, waiting: started - begun, computing };
    return { answer, milliseconds };
  }
}

function cancelled(): SaeLabError {
  return new SaeLabError('text.cancelled', { problem: 'the request was cancelled' });
}

function busy(): SaeLabError {
  return new SaeLabError('text.busy', {
    problem: `${MOST_WAITING} other texts wait to be read`,
    fix: 'Try again in a moment.',
  });
}
