import type { RunEvent } from '@sae-lab/core';
import type { AttemptReport } from '@sae-lab/db';
import { RunLog } from './run-log.ts';
import { StepClock } from './step-clock.ts';
import type { EndOfAttempt } from './end-of-attempt.ts';

/** A report is stored with the progress at most this often. */
const EVERY_MS = 5000;

/** When something was reported. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: number;
}

/** What an attempt reports next to its curves: its log, and when it completed its steps. */
export class RunReport {
  readonly #log = new RunLog();
  readonly #clock: StepClock;
  #stored = -Infinity;

  /** @param start of the attempt */
  constructor(start: Pick<Moment, 'now'> = present()) {
    this.#clock = new StepClock(start.now);
  }

  /** A line that the process of the run printed. */
  print(line: string, stream: 'output' | 'error', { at } = present()): void {
    this.#log.add(stream, line, at);
  }

  take(event: RunEvent, { at, now } = present()): void {
    switch (event.type) {
      case 'started':
        this.#clock.reached(0, now);
        return this.#say(`Training starts: ${event.totalSteps} steps, backend ${event.backend}.`, at);
      case 'resumed':
        this.#clock.rewind(event.step, now);
        return this.#say(
          event.step === 0 ? 'Starts over.' : `Resumed from the checkpoint at step ${event.step}.`,
          at,
        );
      case 'checkpoint':
        return this.#say(`Checkpoint at step ${event.step}.`, at);
      case 'warning':
        return this.#log.add('warning', event.message, at);
      case 'progress':
        return this.#clock.reached(event.step, now);
      case 'curves':
        return;
    }
  }

  end(result: EndOfAttempt, { at } = present()): void {
    switch (result.status) {
      case 'finished':
        return this.#say(
          `Finished: ${result.steps} steps in ${result.seconds.toFixed(1)} s, evaluated and saved.`,
          at,
        );
      case 'failed':
      case 'diverged':
        return this.#log.add('error', `${result.error.message} (${result.error.code})`, at);
      case 'interrupted': {
        const { end: { error } = {} } = result;
        this.#say(`Stopped at step ${result.step}.`, at);
        if (error !== undefined) this.#log.add('error', `${error.message} (${error.code})`, at);
        return;
      }
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

  #say(text: string, at: number): void {
    this.#log.add('run', text, at);
  }
}

function present(): Moment {
  return { at: Date.now(), now: performance.now() };
}
