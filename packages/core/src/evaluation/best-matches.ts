import * as tf from '@tensorflow/tfjs';
import { stopIfAsked } from '../stop.ts';
import { TILE, unitRows } from './unit-rows.ts';

/** Directions as rows, not necessarily of norm 1. */
export interface Directions {
  /** [rows, dIn] */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Finds, for each direction, the most similar of others. The sign counts; zero rows have cosine 0 with everything, and ties
 * go to the lowest row.
 *
 * @param directions [G, dIn]
 * @param others [F, dIn]
 * @param signal stops between two tiles
 * @returns the largest cosine, at most 1, and the row that has it, both [G]
 * @throws {SaeLabError} `run.stopped`
 */
export async function bestMatches(
  directions: Directions,
  others: Directions,
  signal?: AbortSignal,
): Promise<{ cosine: Float32Array; row: Int32Array }> {
  const [count, dIn] = directions.shape as [number, number];
  const cosine = new Float32Array(count).fill(-1);
  const row = new Int32Array(count);
  for (let start = 0; start < count; start += TILE) {
    const here = unitRows(directions.data, dIn, start);
    try {
      for (let other = 0; other < others.shape[0]!; other += TILE) {
        if (start + other > 0) await stopIfAsked(signal);
        const [largest, at] = tf.tidy(() => {
          const cosines = tf.matMul(here, unitRows(others.data, dIn, other), false, true);
          return [tf.max(cosines, 1), tf.argMax(cosines, 1)] as const;
        });
        const [values, places] = [await largest.data(), await at.data()];
        tf.dispose([largest, at]);
        values.forEach((value: number, i: number) => {
          if (!(value > cosine[start + i]!)) return;
          // Rounding may take a cosine beyond 1.
          cosine[start + i] = Math.min(1, value);
          row[start + i] = other + places[i]!;
        });
      }
    } finally {
      here.dispose();
    }
  }
  return { cosine, row };
}
