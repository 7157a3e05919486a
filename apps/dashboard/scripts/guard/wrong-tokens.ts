interface Record {
  wrong: number;
  /** When its wrong tokens are forgotten, in ms. */
  until: number;
}

/** Counts wrong tokens by client, in bounded memory. */
export class WrongTokens {
  /** Wrong tokens that one client may send within the window. */
  static readonly MOST = 10;
  static readonly WINDOW_MS = 60_000;
  static readonly MOST_CLIENTS = 10_000;
  // In order of insertion: the first is the oldest.
  readonly #records = new Map<string, Record>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get size(): number {
    return this.#records.size;
  }

  /** Seconds until the client may try again; 0 if it may now. */
  waitOf(network: string): number {
    const record = this.#records.get(network);
    if (record === undefined || record.wrong < WrongTokens.MOST) return 0;
    return Math.max(0, Math.ceil((record.until - this.#now()) / 1000));
  }

  add(network: string): void {
    const record = this.#records.get(network);
    if (record !== undefined && record.until > this.#now()) {
      record.wrong += 1;
      return;
    }
    this.#records.delete(network);
    this.#records.set(network, { wrong: 1, until: this.#now() + WrongTokens.WINDOW_MS });
    if (this.#records.size <= WrongTokens.MOST_CLIENTS) return;
    // Every record lives equally long, so the first one ends first.
    const [oldest] = this.#records.keys();
    this.#records.delete(oldest!);
  }
}
