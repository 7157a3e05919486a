/** Where the sizes of slots come from. */
export interface SlotSizes {
  /** Independent groups, each with its own best examples. */
  readonly groups: number;
  readonly perGroup: number;
  /** Tokens of an example. */
  readonly window: number;
}

/**
 * The best examples of many groups, each example of a group from another document. Everything is in typed arrays: there
 * may be millions of examples.
 *
 * The result does not depend on the order in which examples are offered: the best of each document count, those with
 * equal scores by their row. So groups can be merged.
 */
export class ExampleSlots {
  readonly #perGroup: number;
  readonly #window: number;
  readonly #used: Uint8Array;
  /** What a score must reach to enter a group. */
  readonly #bar: Float64Array;
  readonly #score: Float64Array;
  readonly #row: Float64Array;
  readonly #documentHash: Int32Array;
  readonly document: Int32Array;
  readonly piece: Int32Array;
  /** Position of the first token in its piece. */
  readonly start: Int32Array;
  readonly length: Int32Array;
  /** Index of the token that the example is about. */
  readonly at: Int32Array;
  /** [slots, window] */
  readonly tokens: Int32Array;
  /** [slots, window]; NaN where the extraction selected no activation. */
  readonly activations: Float32Array;

  static bytesPerSlot(window: number): number {
    return 8 * window + 2 * 8 + 6 * 4;
  }

  constructor({ groups, perGroup, window }: SlotSizes) {
    const slots = groups * perGroup;
    this.#perGroup = perGroup;
    this.#window = window;
    this.#used = new Uint8Array(groups);
    this.#bar = new Float64Array(groups).fill(perGroup > 0 ? -Infinity : Infinity);
    this.#score = new Float64Array(slots);
    this.#row = new Float64Array(slots);
    this.#documentHash = new Int32Array(slots);
    this.document = new Int32Array(slots);
    this.piece = new Int32Array(slots);
    this.start = new Int32Array(slots);
    this.length = new Int32Array(slots);
    this.at = new Int32Array(slots);
    this.tokens = new Int32Array(slots * window);
    this.activations = new Float32Array(slots * window);
  }

  /** Whether a score is certainly not among the best of a group. Cheap: most examples stop here. */
  isBelow(group: number, score: number): boolean {
    return score < this.#bar[group]!;
  }

  /**
   * Reserves the slot of an example that is among the best. The caller fills its public columns.
   *
   * @param row position of its row among all rows; decides between equal scores
   * @returns −1 if the example is not among the best
   */
  reserve(group: number, score: number, row: number, documentHash: number): number {
    const slot = this.#place(group, score, row, documentHash);
    if (slot < 0) return -1;
    this.#score[slot] = score;
    this.#row[slot] = row;
    this.#documentHash[slot] = documentHash;
    this.#raiseBar(group);
    return slot;
  }

  /** Moves the examples of a group to another one, as far as they are among its best. */
  merge(from: number, to: number): void {
    for (const slot of this.slotsOf(from)) {
      const target = this.reserve(to, this.#score[slot]!, this.#row[slot]!, this.#documentHash[slot]!);
      if (target >= 0) this.#copy(slot, target);
    }
    this.#used[from] = 0;
    this.#bar[from] = this.#perGroup > 0 ? -Infinity : Infinity;
  }

  /** The used slots of a group, in no particular order. */
  slotsOf(group: number): number[] {
    return Array.from({ length: this.#used[group]! }, (_, i) => group * this.#perGroup + i);
  }

  /** The activation that the example in a slot is about. */
  activationOf(slot: number): number {
    return this.activations[slot * this.#window + this.at[slot]!]!;
  }

  /** Orders slots by falling score. */
  compare = (a: number, b: number): number => (this.#isBetter(this.#score[a]!, this.#row[a]!, b) ? -1 : 1);

  #place(group: number, score: number, row: number, documentHash: number): number {
    const first = group * this.#perGroup;
    const used = this.#used[group]!;
    let worst = first;
    for (let slot = first; slot < first + used; slot++) {
      if (this.#documentHash[slot] === documentHash) return this.#isBetter(score, row, slot) ? slot : -1;
      if (this.#isBetter(this.#score[worst]!, this.#row[worst]!, slot)) worst = slot;
    }
    if (used < this.#perGroup) {
      this.#used[group] = used + 1;
      return first + used;
    }
    return this.#perGroup > 0 && this.#isBetter(score, row, worst) ? worst : -1;
  }

  #isBetter(score: number, row: number, slot: number): boolean {
    const other = this.#score[slot]!;
    return score > other || (score === other && row < this.#row[slot]!);
  }

  #raiseBar(group: number): void {
    if (this.#used[group]! < this.#perGroup) return;
    const first = group * this.#perGroup;
    let bar = Infinity;
    for (let slot = first; slot < first + this.#perGroup; slot++) bar = Math.min(bar, this.#score[slot]!);
    this.#bar[group] = bar;
  }

  #copy(from: number, to: number): void {
    for (const column of [this.document, this.piece, this.start, this.length, this.at])
      column[to] = column[from]!;
    const [start, end] = [from * this.#window, (from + 1) * this.#window];
    this.tokens.copyWithin(to * this.#window, start, end);
    this.activations.copyWithin(to * this.#window, start, end);
  }
}
