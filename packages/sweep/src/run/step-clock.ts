import type { AttemptReport } from '@sae-lab/db';

/** Beyond this number, every second time is dropped: the shape of a run that takes days needs no more. */
const MOST = 256;

/** When an attempt at a run completed its steps. */
export class StepClock {
  #steps: number[] = [];
  #seconds: number[] = [];
  readonly #start: number;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(now = performance.now()) {
    this.#start = now;
  }

  /** Called when `step` steps are completed; the first call has the step at which the attempt begins. */
  reached(step: number, now = performance.now()): void {
    if (step <= (this.#steps.at(-1) ?? -1)) return;
    this.#steps.push(step);
    this.#seconds.push((now - this.#start) / 1000);
    if (this.#steps.length <= MOST) return;
    const kept = (_: number, index: number): boolean => index % 2 === 0;
    this.#steps = this.#steps.filter(kept);
    this.#seconds = this.#seconds.filter(kept);
  }

  /** The run starts over at this step: the times of later ones are those of steps that are repeated. */
  rewind(step: number, now = performance.now()): void {
    const kept = this.#steps.filter((one) => one < step).length;
    this.#steps.length = kept;
    this.#seconds.length = kept;
    this.reached(step, now);
  }

  get report(): NonNullable<AttemptReport['clock']> {
    return { steps: this.#steps.slice(), seconds: this.#seconds.slice() };
  }
}
