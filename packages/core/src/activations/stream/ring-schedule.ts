import type { StreamPlace } from './streamed-windows.ts';

/** Windows on disk, and the window to extract next. Knows no files. */
export class RingSchedule {
  readonly #most: number;
  readonly #onDisk: Set<number>;
  #perEpoch: number | null;
  /** What runs need, as positions in the sequence of windows over all epochs. */
  #front = 0;
  #last = -1;
  /** Windows that runs are reading. */
  #inUse: ReadonlySet<number> = new Set();

  /**
   * @param most largest number of windows on disk, without the first, which is always there
   * @param onDisk windows that are on disk
   */
  constructor(most: number, onDisk: readonly number[], perEpoch: number | null) {
    this.#most = most;
    this.#onDisk = new Set(onDisk);
    this.#perEpoch = perEpoch;
  }

  /** Number of windows in the corpus; null while it is unknown. */
  get perEpoch(): number | null {
    return this.#perEpoch;
  }

  /**
   * Sets the windows to extract.
   *
   * @param places the next window of each run
   * @param ahead number of windows from the start that the longest run will probably need
   * @param inUse windows that runs are reading: they are not removed, whichever window another run needs first
   */
  setNeeds(places: readonly StreamPlace[], ahead: number, inUse: readonly number[] = []): void {
    this.#inUse = new Set(inUse);
    for (const { perEpoch } of places) this.#perEpoch ??= perEpoch;
    const needed = places.map((place) => this.#sequence(place));
    this.#front = Math.min(...needed);
    this.#last = Math.max(...needed, ahead - 1);
  }

  /** The place in the corpus of a place that may be past its end. */
  #normalized({ epoch, window }: StreamPlace): { epoch: number; window: number } {
    const perEpoch = this.#perEpoch;
    return perEpoch !== null && window >= perEpoch ? { epoch: epoch + 1, window: 0 } : { epoch, window };
  }

  #sequence(place: StreamPlace): number {
    const { epoch, window } = this.#normalized(place);
    return epoch * (this.#perEpoch ?? 0) + window;
  }

  #windowAt(sequence: number): number {
    return this.#perEpoch === null ? sequence : sequence % this.#perEpoch;
  }

  #has(window: number): boolean {
    return window === 0 || this.#onDisk.has(window);
  }

  /** Whether the window of a place is on disk. */
  has(place: StreamPlace): boolean {
    return this.#has(this.#normalized(place).window);
  }

  /** The windows on disk that a run at this place reads one after the other, without the first of the corpus. */
  windowsFrom(place: StreamPlace): number[] {
    const windows = new Set<number>();
    for (let at = this.#sequence(place); this.#has(this.#windowAt(at)) && windows.size < this.#most; at++) {
      const window = this.#windowAt(at);
      if (windows.has(window) || (this.#perEpoch === 1 && window === 0)) break;
      if (window !== 0) windows.add(window);
    }
    return [...windows];
  }

  /**
   * The window to extract next; undefined if no run needs another one, or the ring is full of windows that are needed
   * first or in use.
   *
   * @returns also the windows to remove before
   */
  next(): { readonly window: number; readonly remove: readonly number[] } | undefined {
    // Beyond this, the ring would be full.
    const end = Math.min(this.#last, this.#front + this.#most + 1);
    for (let at = this.#front; at <= end; at++) {
      const window = this.#windowAt(at);
      if (this.#has(window)) continue;
      const excess = this.#onDisk.size + 1 - this.#most;
      const remove = [...this.#onDisk]
        .filter((index) => !this.#inUse.has(index))
        .map((index) => ({ index, use: this.#nextUse(index) }))
        .filter(({ use }) => use > at)
        .toSorted((a, b) => b.use - a.use)
        .slice(0, Math.max(0, excess))
        .map(({ index }) => index);
      return remove.length < excess ? undefined : { window, remove };
    }
    return undefined;
  }

  /** When a window is read next, as a position in the sequence. */
  #nextUse(window: number): number {
    if (window >= this.#front) return window;
    if (this.#perEpoch === null) return Infinity;
    return window + Math.ceil((this.#front - window) / this.#perEpoch) * this.#perEpoch;
  }

  removed(window: number): void {
    this.#onDisk.delete(window);
  }

  /** @param isLast whether the corpus ends with this window, or before it if it has no rows */
  extracted(window: number, { rows, isLast }: { rows: number; isLast: boolean }): void {
    if (rows > 0) this.#onDisk.add(window);
    if (isLast) this.#perEpoch = rows > 0 ? window + 1 : window;
  }
}
