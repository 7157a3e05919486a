import { Worker } from 'node:worker_threads';
import { SaeLabError } from '@sae-lab/errors';
import { TASKS, type TaskName } from '../tasks/tasks.ts';
import type { ThreadContext } from '../tasks/thread-context.ts';
import { newControl, reportFault, takeParts, WORD } from './control.ts';
import type { WorkerInit } from './worker-init.ts';

/** How often the caller checks for progress while it waits, in ms, and after how many idle checks it gives up. */
const CHECK_MS = 1000;
const IDLE_CHECKS = 60;
/** Checks before the caller sleeps: sleeping and waking take longer than many tasks. */
const SPINS = 20_000;
const START_MS = 30_000;

const TASK_NAMES = Object.keys(TASKS);

/**
 * Threads that share the parts of a task. The caller is one of them, and waits for the others. Which thread runs which part
 * is not deterministic.
 */
export class Team {
  readonly #context: ThreadContext;
  readonly #workers: readonly Worker[];
  readonly #control = newControl();
  #ended: string | undefined;

  private constructor(context: ThreadContext, threads: number) {
    this.#context = context;
    const { words, args, message } = this.#control;
    const control = { words: words.buffer, args: args.buffer, message: message.buffer };
    this.#workers = Array.from({ length: threads - 1 }, (_, i) => {
      const { module, memory, spill } = context;
      const init: WorkerInit = { module, memory, spill, control, thread: i + 1 };
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: init });
      worker.unref();
      worker.on('error', (error) => (this.#ended ??= error.message));
      worker.on('exit', (code) => (this.#ended ??= `it exited with code ${code}`));
      return worker;
    });
  }

  /**
   * @param context the caller's context; its memory must be shared if there is more than one thread
   * @throws {SaeLabError} `kernels.thread-lost` if a thread does not start
   */
  static async start(context: ThreadContext, threads: number): Promise<Team> {
    const team = new Team(context, threads);
    const { words } = team.#control;
    const deadline = performance.now() + START_MS;
    while (Atomics.load(words, WORD.ready) < threads - 1) {
      if (team.#ended === undefined && performance.now() > deadline) team.#ended = 'it did not start in time';
      if (team.#ended !== undefined) {
        await team.dispose();
        throw lost(team.#ended);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return team;
  }

  get threads(): number {
    return this.#workers.length + 1;
  }

  /**
   * Runs all parts of a task and returns when they are done.
   *
   * @param args numbers and offsets in memory
   * @throws {SaeLabError} `kernels.thread-lost` if a thread has ended or failed; every later call throws it too
   */
  run(task: TaskName, parts: number, args: readonly number[]): void {
    if (this.#workers.length === 0 || parts <= 1) {
      const work = TASKS[task](this.#context, args);
      for (let part = 0; part < parts; part++) work(part);
      return;
    }
    if (this.#ended !== undefined) throw lost(this.#ended);
    const { words, args: shared } = this.#control;
    shared.set(args);
    words[WORD.task] = TASK_NAMES.indexOf(task);
    words[WORD.parts] = parts;
    Atomics.store(words, WORD.next, 0);
    Atomics.store(words, WORD.working, this.#workers.length);
    Atomics.add(words, WORD.generation, 1);
    Atomics.notify(words, WORD.generation);
    try {
      takeParts(this.#control, TASKS[task](this.#context, args));
    } catch (error) {
      reportFault(this.#control, error);
      this.#join();
      throw error;
    }
    this.#join();
  }

  async dispose(): Promise<void> {
    this.#ended ??= 'the team was disposed';
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Waits until no worker is working. */
  #join(): void {
    const { words } = this.#control;
    let idle = 0;
    let before = '';
    for (let spin = 0; ; spin++) {
      const working = Atomics.load(words, WORD.working);
      if (working === 0) break;
      if (spin < SPINS) continue;
      Atomics.wait(words, WORD.working, working, CHECK_MS);
      // An event reports a thread that exits during its work, but no event arrives while this thread waits.
      const now = `${Atomics.load(words, WORD.working)} ${Atomics.load(words, WORD.next)}`;
      idle = now === before ? idle + 1 : 0;
      before = now;
      if (idle === IDLE_CHECKS || Atomics.load(words, WORD.fault) === 2) {
        this.#ended ??=
          idle === IDLE_CHECKS ? `no progress for ${(IDLE_CHECKS * CHECK_MS) / 1000} s` : this.#message();
        throw lost(this.#ended);
      }
    }
    if (Atomics.load(words, WORD.fault) !== 0) {
      this.#ended ??= this.#message();
      throw lost(this.#ended);
    }
  }

  #message(): string {
    const { words, message } = this.#control;
    return new TextDecoder().decode(message.slice(0, words[WORD.messageLength]));
  }
}

function lost(cause: string): SaeLabError {
  return new SaeLabError('kernels.thread-lost', {
    problem: 'a thread of the CPU backend has ended',
    expected: 'every thread to run as long as the backend is in use',
    received: cause,
    fix: 'Run the sweep again: it resumes from the last checkpoint. If it happens again, pass `threads: 1`.',
  });
}
