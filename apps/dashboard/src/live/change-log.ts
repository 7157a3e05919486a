/** Runs whose last change is remembered. A reader who was away for longer asks for everything it shows. */
const MOST_RUNS = 10_000;

/** Which runs changed since which moment. Cursors name a moment of this log and mean nothing to another one. */
export class ChangeLog {
  readonly #name: string;
  /** The number of a run's last change, in the order of these numbers. */
  readonly #last = new Map<number, number>();
  #count = 0;
  /** Changes before this one are not known. */
  #known = 0;

  constructor(name: string) {
    this.#name = name;
  }

  get cursor(): string {
    return `${this.#name}.${this.#count}`;
  }

  /** Adds one change of these runs. */
  add(runIds: readonly number[]): void {
    this.#count += 1;
    for (const runId of runIds) {
      // Deleted first, so that it moves to the end.
      this.#last.delete(runId);
      this.#last.set(runId, this.#count);
    }
    for (const [runId, count] of this.#last) {
      if (this.#last.size <= MOST_RUNS) break;
      this.#last.delete(runId);
      this.#known = count;
    }
  }

  /** Invalidates every cursor so far. */
  forget(): void {
    this.#count += 1;
    this.#last.clear();
    this.#known = this.#count;
  }

  /** The runs that changed after a cursor; undefined if the log does not know. */
  since(cursor: string): number[] | undefined {
    const [name, count] = cursor.split('.');
    const after = Number(count);
    if (name !== this.#name || !(after >= this.#known && after <= this.#count)) return undefined;
    return [...this.#last].filter(([, last]) => last > after).map(([runId]) => runId);
  }
}
