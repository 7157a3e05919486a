/** The largest entries of each row of a matrix that is read in any order. Of equal entries the first one read wins. */
export class LargestEntries {
  /** How many entries are kept for each row. */
  readonly kept: number;
  /** The smallest kept value of each row: only a larger one is worth an `insert`. */
  readonly bars: Float32Array;
  readonly #values: Float32Array;
  readonly #columns: Int32Array;

  constructor(rows: number, kept: number) {
    this.kept = kept;
    this.bars = new Float32Array(rows).fill(-Infinity);
    this.#values = new Float32Array(rows * kept).fill(-Infinity);
    this.#columns = new Int32Array(rows * kept).fill(-1);
  }

  insert(row: number, column: number, value: number): void {
    const first = row * this.kept;
    let place = first + this.kept - 1;
    while (place > first && value > this.#values[place - 1]!) {
      this.#values[place] = this.#values[place - 1]!;
      this.#columns[place] = this.#columns[place - 1]!;
      place--;
    }
    this.#values[place] = value;
    this.#columns[place] = column;
    this.bars[row] = this.#values[first + this.kept - 1]!;
  }

  /** The column of the entry at a place, 0 for the largest; −1 if the row has fewer. */
  column(row: number, place: number): number {
    return this.#columns[row * this.kept + place]!;
  }

  value(row: number, place: number): number {
    return this.#values[row * this.kept + place]!;
  }
}
