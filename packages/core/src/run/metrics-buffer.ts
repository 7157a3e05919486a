const FLUSH_MILLISECONDS = 1000;

type Series = Record<string, { steps: number[]; values: number[] }>;

/** Collects logged points and hands them on about once a second, as arrays per metric. */
export class MetricsBuffer {
  readonly #emit: (series: Series) => void;
  #series: Series = {};
  #flushed = performance.now();

  constructor(emit: (series: Series) => void) {
    this.#emit = emit;
  }

  add(step: number, metrics: Record<string, number>): void {
    for (const [name, value] of Object.entries(metrics)) {
      const points = (this.#series[name] ??= { steps: [], values: [] });
      points.steps.push(step);
      points.values.push(value);
    }
    if (performance.now() - this.#flushed > FLUSH_MILLISECONDS) this.flush();
  }

  flush(): void {
    if (Object.keys(this.#series).length > 0) this.#emit(this.#series);
    this.#series = {};
    this.#flushed = performance.now();
  }
}
