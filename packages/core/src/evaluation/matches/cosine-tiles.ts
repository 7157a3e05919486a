import * as tf from '@tensorflow/tfjs';
import { stopIfAsked } from '../../stop.ts';
import { TILE, unitRows } from '../unit-rows.ts';

/** Rows of a matrix that are compared with those of another one. Their norms do not matter. */
export interface Rows {
  /** [count, dIn] */
  readonly data: Float32Array;
  readonly dIn: number;
}

/** Cosines of some rows of either matrix, [rows, columns]. */
export interface CosineTile {
  readonly cosines: Float32Array;
  readonly firstRow: number;
  readonly rows: number;
  readonly firstColumn: number;
  readonly columns: number;
}

/**
 * The cosines between all rows of two matrices, a tile of at most 4 MB at a time. The same matrices give the same cosines,
 * bit for bit, each time.
 *
 * @param from its rows are the rows of the tiles
 * @param to its rows are the columns of the tiles
 * @throws {SaeLabError} `run.stopped`
 */
export async function* cosineTiles(from: Rows, to: Rows, signal?: AbortSignal): AsyncGenerator<CosineTile> {
  const [count, others] = [from.data.length / from.dIn, to.data.length / to.dIn];
  for (let firstRow = 0; firstRow < count; firstRow += TILE) {
    const here = unitRows(from.data, from.dIn, firstRow);
    try {
      for (let firstColumn = 0; firstColumn < others; firstColumn += TILE) {
        await stopIfAsked(signal);
        const product = tf.tidy(() => tf.matMul(here, unitRows(to.data, to.dIn, firstColumn), false, true));
        const cosines = await product.data<'float32'>();
        product.dispose();
        const columns = Math.min(TILE, others - firstColumn);
        yield { cosines, firstRow, rows: here.shape[0], firstColumn, columns };
      }
    } finally {
      here.dispose();
    }
  }
}
