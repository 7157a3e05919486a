import * as tf from '@tensorflow/tfjs';
import type { SaeTensor } from '../../sae/inference-sae.ts';
import { stopIfAsked } from '../../stop.ts';
import { TILE, unitRows } from '../unit-rows.ts';

export interface SimilarRow {
  readonly row: number;
  readonly cosine: number;
}

/**
 * For some rows of a matrix, the rows of another one with the largest cosine, tile by tile.
 *
 * @param rows at most {@link TILE} indices of rows of `from`
 * @param options count: how many to find; excludeSelf: for rows of one matrix: a row is not similar to itself
 * @returns for each row the most similar ones, the most similar first; none for a zero row
 * @throws {SaeLabError} `run.stopped`
 */
export async function similarRows(
  from: SaeTensor,
  rows: ArrayLike<number>,
  to: SaeTensor,
  options: {
    readonly count: number;
    readonly excludeSelf: boolean;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<SimilarRow[][]> {
  const [candidates, columns] = to.shape as [number, number];
  const best = Array.from(rows, () => new MostSimilar(options.count));
  if (options.count === 0) return best.map(() => []);
  // A product of one row adds in another order, and the cosines must not depend on how the rows are divided.
  const gathered = rowsOf(from, rows.length === 1 ? [rows[0]!, rows[0]!] : rows);
  const units = unitRows(gathered, columns, 0);
  try {
    for (let start = 0; start < candidates; start += TILE) {
      await stopIfAsked(options.signal);
      const product = tf.tidy(() => tf.matMul(units, unitRows(to.data, columns, start), false, true));
      const cosines = await product.data<'float32'>();
      product.dispose();
      const width = Math.min(TILE, candidates - start);
      for (let i = 0; i < best.length; i++) {
        const self = options.excludeSelf ? rows[i]! - start : -1;
        best[i]!.addAll(cosines.subarray(i * width, (i + 1) * width), start, self);
      }
    }
  } finally {
    units.dispose();
  }
  return best.map((found, i) => (isZero(gathered, columns, i) ? [] : found.result()));
}

/** Rows of a matrix, [rows, columns]. */
export function rowsOf({ data, shape }: SaeTensor, rows: ArrayLike<number>): Float32Array {
  const columns = shape[1]!;
  const gathered = new Float32Array(rows.length * columns);
  for (let i = 0; i < rows.length; i++) {
    gathered.set(data.subarray(rows[i]! * columns, (rows[i]! + 1) * columns), i * columns);
  }
  return gathered;
}

function isZero(rows: Float32Array, columns: number, row: number): boolean {
  return rows.subarray(row * columns, (row + 1) * columns).every((value) => value === 0);
}

class MostSimilar {
  readonly #count: number;
  readonly #found: SimilarRow[] = [];
  #bar = -Infinity;

  constructor(count: number) {
    this.#count = count;
  }

  addAll(cosines: Float32Array, start: number, self: number): void {
    for (let j = 0; j < cosines.length; j++) {
      // Equal cosines: the first row stays.
      if (cosines[j]! > this.#bar && j !== self) this.#insert(start + j, cosines[j]!);
    }
  }

  result(): SimilarRow[] {
    return this.#found;
  }

  #insert(row: number, cosine: number): void {
    const place = this.#found.findIndex((other) => other.cosine < cosine);
    this.#found.splice(place < 0 ? this.#found.length : place, 0, { row, cosine });
    if (this.#found.length > this.#count) this.#found.pop();
    if (this.#found.length === this.#count) this.#bar = this.#found.at(-1)!.cosine;
  }
}
