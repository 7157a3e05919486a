import { ColumnHeap } from './assignment-heap.ts';

/** A row without a column. */
export const UNASSIGNED = -1;

/**
 * Costs more than any exchange of columns can save, so that a row takes a column if it can. Small enough that the last bits
 * of a cost are not lost next to it.
 */
const NO_COLUMN = 1e6;

/** Steps of the augmenting row reduction for each row; the shortest paths finish the rest. */
const REDUCTIONS = 8;

/**
 * The cheapest one-to-one assignment of rows to columns over the entries of a sparse matrix. Each row takes a column if that
 * is possible.
 *
 * Source: Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems",
 * Computing 38, 1987; without the column reduction, whose prices of free columns are wrong where columns outnumber rows.
 */
export class SparseAssignment {
  /** The column of each row, or {@link UNASSIGNED}. */
  readonly columnOf: Int32Array;
  /** Price of each column, ≤ 0; 0 for a column without a row. */
  readonly prices: Float64Array;
  /** The smallest cost less price of each row: no entry that the assignment knows has a smaller one. */
  readonly #duals: Float64Array;
  readonly #rowOf: Int32Array;
  readonly #columns: number[][];
  readonly #costs: number[][];
  readonly #distance: Float64Array;
  readonly #reachedBy: Int32Array;
  readonly #isScanned: Uint8Array;
  readonly #heap = new ColumnHeap();

  constructor(rows: number, columns: number) {
    this.columnOf = new Int32Array(rows).fill(UNASSIGNED);
    this.prices = new Float64Array(columns);
    this.#duals = new Float64Array(rows);
    this.#rowOf = new Int32Array(columns).fill(UNASSIGNED);
    this.#columns = Array.from({ length: rows }, () => []);
    this.#costs = Array.from({ length: rows }, () => []);
    this.#distance = new Float64Array(columns).fill(Infinity);
    this.#reachedBy = new Int32Array(columns);
    this.#isScanned = new Uint8Array(columns);
  }

  /** Adds an entry, unless the row has it. @returns whether it was new */
  add(row: number, column: number, cost: number): boolean {
    if (this.#columns[row]!.includes(column)) return false;
    this.#columns[row]!.push(column);
    this.#costs[row]!.push(cost);
    return true;
  }

  /** The dual of a row, after `solve`: cost − dual − price ≥ 0 for each of its entries, 0 for its own column. */
  dual(row: number): number {
    return this.#duals[row]!;
  }

  /** Solves from the start with the entries that there are. */
  solve(): void {
    this.columnOf.fill(UNASSIGNED);
    this.#rowOf.fill(UNASSIGNED);
    this.prices.fill(0);
    for (const row of this.#reduceRows()) this.#augment(row);
    for (let row = 0; row < this.columnOf.length; row++) this.#duals[row] = this.#ownCost(row);
  }

  /** Gives rows their cheapest columns, at the price of the second cheapest. @returns the rows that are left */
  #reduceRows(): number[] {
    let free = Array.from(this.columnOf.keys());
    let steps = REDUCTIONS * free.length;
    for (let pass = 0; pass < 2; pass++) {
      const left: number[] = [];
      const waiting = free.toReversed();
      while (waiting.length > 0) {
        const row = waiting.pop()!;
        const [columns, costs] = [this.#columns[row]!, this.#costs[row]!];
        let [cheapest, best, second] = [UNASSIGNED, NO_COLUMN, NO_COLUMN];
        for (let e = 0; e < columns.length; e++) {
          const reduced = costs[e]! - this.prices[columns[e]!]!;
          if (reduced < best) [cheapest, second, best] = [columns[e]!, best, reduced];
          else if (reduced < second) second = reduced;
        }
        if (cheapest === UNASSIGNED || steps-- <= 0) {
          left.push(row);
          continue;
        }
        const displaced = this.#rowOf[cheapest]!;
        if (displaced !== UNASSIGNED) {
          if (best === second) {
            left.push(row);
            continue;
          }
          this.columnOf[displaced] = UNASSIGNED;
          waiting.push(displaced);
        }
        this.prices[cheapest]! -= second - best;
        this.columnOf[row] = cheapest;
        this.#rowOf[cheapest] = row;
      }
      free = left;
    }
    return free;
  }

  /** Assigns one more row along the shortest path to a free column, or to none where that is cheaper. */
  #augment(root: number): void {
    const [distance, reachedBy, isScanned] = [this.#distance, this.#reachedBy, this.#isScanned];
    const heap = this.#heap;
    const touched: number[] = [];
    const scanned: number[] = [];
    let [row, length, dual] = [root, 0, 0];
    let [giveUp, quitter] = [Infinity, root];
    let end = UNASSIGNED;
    let total: number;
    heap.clear();
    for (;;) {
      if (length + NO_COLUMN - dual < giveUp) [giveUp, quitter] = [length + NO_COLUMN - dual, row];
      const [columns, costs] = [this.#columns[row]!, this.#costs[row]!];
      for (let e = 0; e < columns.length; e++) {
        const column = columns[e]!;
        const reached = length + costs[e]! - this.prices[column]! - dual;
        // By rounding, a way back to a scanned column may look shorter. It would close the path to a circle.
        if (!(reached < distance[column]!) || isScanned[column] === 1) continue;
        if (distance[column] === Infinity) touched.push(column);
        distance[column] = reached;
        reachedBy[column] = row;
        heap.push(column, reached);
      }
      // Entries whose column was reached on a shorter way since are stale.
      let column = UNASSIGNED;
      while (!heap.isEmpty && column === UNASSIGNED) {
        const reached = heap.nearest;
        const next = heap.pop();
        if (reached === distance[next] && isScanned[next] === 0) column = next;
      }
      total = column === UNASSIGNED ? giveUp : distance[column]!;
      if (column === UNASSIGNED || giveUp <= total) {
        total = giveUp;
        break;
      }
      if (this.#rowOf[column] === UNASSIGNED) {
        end = column;
        break;
      }
      scanned.push(column);
      isScanned[column] = 1;
      row = this.#rowOf[column]!;
      length = total;
      dual = this.#ownCost(row);
    }
    for (const column of scanned) this.prices[column]! += distance[column]! - total;
    let column = end;
    let from = end === UNASSIGNED ? quitter : reachedBy[end]!;
    for (;;) {
      const before = this.columnOf[from]!;
      this.columnOf[from] = column;
      if (column !== UNASSIGNED) this.#rowOf[column] = from;
      if (from === root) break;
      column = before;
      from = reachedBy[column]!;
    }
    for (const one of touched) {
      distance[one] = Infinity;
      isScanned[one] = 0;
    }
  }

  /** Cost less price of a row's own column. */
  #ownCost(row: number): number {
    const column = this.columnOf[row]!;
    if (column === UNASSIGNED) return NO_COLUMN;
    return this.#costs[row]![this.#columns[row]!.indexOf(column)]! - this.prices[column]!;
  }
}
