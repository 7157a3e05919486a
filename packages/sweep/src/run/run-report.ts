import type { RunEvent } from '@sae-lab/core';
import type { AttemptReport } from '@sae-lab/db';
import { RunLog } from './run-log.ts';
import { StepClock } from './step-clock.ts';
import type { EndOfAttempt } from './end-of-attempt.ts';

/** A report is stored with the progress at most this often. */
const EVERY_MS = 5000;

/** What an attempt reports next to its curves: its log, and when it completed its steps. */
export class RunReport {
  readonly #log = new RunLog();
  readonly #clock = new StepClock();
  #stored = -Infinity;

  /** A line that the worker process printed. */
  print(line: string, stream: 'output' | 'error'): void {
    this.#log.add(stream, line);
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'started':
        this.#clock.reached(0);
        return this.#say(`Training starts: ${event.totalSteps} steps, backend ${event.backend}.`);
      case 'resumed':
        this.#clock.rewind(event.step);
        return this.#say(
          event.step === 0 ? 'Starts over.' : `Resumed from the checkpoint at step ${event.step}.`,
        );
      case 'checkpoint':
        return this.#say(`Checkpoint at step ${event.step}.`);
      case 'warning':
        return this.#log.add('warning', event.message);
      case 'progress':
        return this.#clock.reached(event.step);
      case 'curves':
        return;
    }
  }

  end(result: EndOfAttempt): void {
    switch (result.status) {
      case 'finished':
        return this.#say(
          `Finished: ${result.steps} steps in ${result.seconds.toFixed(1)} s, evaluated and saved.`,
        );
      case 'failed':
      case 'diverged':
        return this.#log.add('error', `${result.error.message} (${result.error.code})`);
      case 'interrupted':
        return this.#say(`Stopped at step ${result.step}.`);
    }
  }

  /** Everything, if it is time to store it. */
  due(now = performance.now()): AttemptReport {
    if (now - this.#stored < EVERY_MS) return {};
    this.#stored = now;
    return this.all;
  }

  get all(): AttemptReport {
    return { log: this.#log.report, clock: this.#clock.report };
  }

  #say(text: string): void {
    this.#log.add('run', text);
  }
}
