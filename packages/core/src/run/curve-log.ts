import type { Curves } from '../training/curves.ts';

const FLUSH_MILLISECONDS = 1000;

/** The curves of a run. Keeps every point for checkpoints, and emits new points about once a second. */
export class CurveLog {
  readonly #emit: (curves: Curves) => void;
  /** Every point of the run. */
  readonly curves: Curves;
  #unsent: Curves = {};
  #flushed = performance.now();

  /** @param curves points logged before this log was created; they are not emitted again */
  constructor(curves: Curves, emit: (curves: Curves) => void) {
    this.curves = structuredClone(curves);
    this.#emit = emit;
  }

  add(step: number, values: Record<string, number>): void {
    for (const [name, value] of Object.entries(values)) {
      for (const curves of [this.curves, this.#unsent]) {
        const points = (curves[name] ??= { steps: [], values: [] });
        points.steps.push(step);
        points.values.push(value);
      }
    }
    if (performance.now() - this.#flushed > FLUSH_MILLISECONDS) this.flush();
  }

  flush(): void {
    if (Object.keys(this.#unsent).length > 0) this.#emit(this.#unsent);
    this.#unsent = {};
    this.#flushed = performance.now();
  }
}
