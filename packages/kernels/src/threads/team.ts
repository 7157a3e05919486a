import { Worker } from 'node:worker_threads';
import { SaeLabError } from '@sae-lab/errors';
import { newControl, reportFault, takeParts, WORD, type Control } from './control.ts';
import type { Machine } from '../tasks/thread-context.ts';
import { TASKS, type TaskName } from '../tasks/tasks.ts';

/** What a worker thread gets when it starts. */
export interface Enlistment {
  readonly module: object;
  readonly memory: object;
  readonly rooms: number;
  readonly control: Record<keyof Control, SharedArrayBuffer>;
  /** From 1; the caller is thread 0. */
  readonly thread: number;
}

/** While the caller waits it looks this often whether anything has moved, in ms; and gives up after so many looks. */
const LOOK_MS = 1000;
const LOOKS = 60;
/** Sleeping and waking take longer than many tasks do. */
const SPINS = 20000;
const START_MS = 30_000;

const TASK_NAMES = Object.keys(TASKS);

/**
 * Threads that share out the parts of a task; the caller is one of them and waits for the others. Which thread does which
 * part is chance, so a task must give the same result whoever does it.
 */
export class Team {
  readonly #machine: Machine;
  readonly #workers: readonly Worker[];
  readonly #control = newControl();
  #ended: string | undefined;

  private constructor(machine: Machine, threads: number) {
    this.#machine = machine;
    const { words, args, message } = this.#control;
    const control = { words: words.buffer, args: args.buffer, message: message.buffer };
    this.#workers = Array.from({ length: threads - 1 }, (_, i) => {
      const { module, memory, rooms } = machine;
      const enlistment: Enlistment = { module, memory, rooms, control, thread: i + 1 };
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: enlistment });
      worker.unref();
      worker.on('error', (error) => (this.#ended ??= error.message));
      worker.on('exit', (code) => (this.#ended ??= `it exited with code ${code}`));
      return worker;
    });
  }

  /**
   * @param machine what the caller itself works with; its memory is shared if there are to be others
   * @throws {SaeLabError} `kernels.thread-lost` when a thread does not start
   */
  static async start(machine: Machine, threads: number): Promise<Team> {
    const team = new Team(machine, threads);
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
   * Has all parts of a task done.
   *
   * @param args numbers and places in memory
   * @throws {SaeLabError} `kernels.thread-lost` when a thread has ended or failed, from then on always
   */
  run(task: TaskName, parts: number, args: readonly number[]): void {
    if (this.#workers.length === 0 || parts <= 1) {
      const work = TASKS[task](this.#machine, args);
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
      takeParts(this.#control, TASKS[task](this.#machine, args));
    } catch (error) {
      reportFault(this.#control, error);
      this.#join();
      throw error;
    }
    this.#join();
  }

  async dispose(): Promise<void> {
    this.#ended ??= 'it was dismissed';
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Waits until no worker is at work any more. */
  #join(): void {
    const { words } = this.#control;
    let looks = 0;
    let before = '';
    for (let spin = 0; ; spin++) {
      const working = Atomics.load(words, WORD.working);
      if (working === 0) break;
      if (spin < SPINS) continue;
      Atomics.wait(words, WORD.working, working, LOOK_MS);
      // A thread that ended as it worked tells nobody: no event comes while this one waits.
      const now = `${Atomics.load(words, WORD.working)} ${Atomics.load(words, WORD.next)}`;
      looks = now === before ? looks + 1 : 0;
      before = now;
      if (looks === LOOKS || Atomics.load(words, WORD.fault) === 2) {
        this.#ended ??=
          looks === LOOKS ? `it did nothing for ${(LOOKS * LOOK_MS) / 1000} s` : this.#message();
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
    expected: 'all threads at work until the backend is left',
    received: cause,
    fix: 'Run again: a sweep goes on from its last checkpoint. If it happens again, use `threads: 1`.',
  });
}
