import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seeded, shuffle } from '../random/seeded.ts';
import { trueDirections } from '../activations/synthetic/true-directions.ts';
import { dictionaryRecovery } from './dictionary-recovery.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

const D = 32;
const directions = (features: number, seed = 0) => trueDirections({ features, dIn: D, seed });
// More than one tile, and not a multiple of it.
const truth = directions(1100);

type Rows = { shape: readonly [number, number]; data: Float32Array };
const rowOf = ({ data }: Rows, row: number): Float32Array => data.subarray(row * D, (row + 1) * D);
function rowsOf(rows: readonly Float32Array[]): Rows {
  return { shape: [rows.length, D], data: Float32Array.from(rows.flatMap((row) => [...row])) };
}
const everyRow = (rows: Rows): Float32Array[] =>
  Array.from({ length: rows.shape[0] }, (_, i) => rowOf(rows, i));

/** The definition, computed literally in float64. */
function byDefinition(directionsOf: Rows, decoder: Rows): number {
  const cosine = (a: Float32Array, b: Float32Array): number => {
    const dot = (x: Float32Array, y: Float32Array): number =>
      x.reduce((total, value, i) => total + value * y[i]!, 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  const best = everyRow(directionsOf).map((t) => Math.max(...everyRow(decoder).map((row) => cosine(t, row))));
  return best.reduce((total, value) => total + value, 0) / best.length;
}

describe('dictionaryRecovery', () => {
  it('scores 1 for the true directions, in any order and with any norms', async () => {
    const order = shuffle(
      Array.from({ length: 1100 }, (_, i) => i),
      seeded(0, 'order'),
    );
    const decoder = rowsOf(order.map((row, i) => rowOf(truth, row).map((value) => value * (0.01 + i))));
    const { mmcs, recovered } = await dictionaryRecovery(truth, decoder);
    expect(mmcs).toBeCloseTo(1, 6);
    expect(mmcs).toBeLessThanOrEqual(1);
    expect(recovered).toBe(1);
  });

  it('agrees with its definition over several tiles of both sides', async () => {
    const decoder = directions(2100, 1);
    const { mmcs } = await dictionaryRecovery(truth, decoder);
    expect(mmcs).toBeCloseTo(byDefinition(truth, decoder), 6);
  });

  it('does not count a negated direction as the same feature', async () => {
    const [one] = everyRow(directions(1));
    const negated = rowsOf([one!.map((value) => -value)]);
    expect((await dictionaryRecovery(rowsOf([one!]), negated)).mmcs).toBeCloseTo(-1, 6);
    const all = rowsOf(everyRow(directions(20)).map((row) => row.map((value) => -value)));
    expect((await dictionaryRecovery(directions(20), all)).recovered).toBe(0);
  });

  it('gives random directions a low score, and zero rows 0', async () => {
    const random = await dictionaryRecovery(directions(200), directions(200, 1));
    expect(random.mmcs).toBeLessThan(0.6);
    expect(random.recovered).toBe(0);
    const zeros = { shape: [3, D] as const, data: new Float32Array(3 * D) };
    expect(await dictionaryRecovery(truth, zeros)).toEqual({ mmcs: 0, recovered: 0 });
  });

  it('counts recovered directions: half of the truth recovers half of it', async () => {
    const half = rowsOf(everyRow(directions(200)).filter((_, i) => i % 2 === 0));
    const { mmcs, recovered } = await dictionaryRecovery(directions(200), half);
    expect(recovered).toBe(0.5);
    expect(mmcs).toBeGreaterThan(0.6);
    expect(mmcs).toBeLessThan(0.8);
  });

  it('never decreases with more rows', async () => {
    const few = everyRow(directions(50, 1));
    const more = [...few, ...everyRow(directions(500, 2)), new Float32Array(D)];
    const before = await dictionaryRecovery(truth, rowsOf(few));
    const after = await dictionaryRecovery(truth, rowsOf(more));
    expect(after.mmcs).toBeGreaterThan(before.mmcs);
    expect(after.recovered).toBeGreaterThanOrEqual(before.recovered);
  });

  it('stops between two tiles of a wide decoder without leaking tensors', async () => {
    const before = tf.memory().numTensors;
    const one = rowsOf([rowOf(truth, 0)]);
    await expect(dictionaryRecovery(one, truth, AbortSignal.abort())).rejects.toMatchObject({
      code: 'run.stopped',
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaks no tensor', async () => {
    const before = tf.memory().numTensors;
    await dictionaryRecovery(truth, directions(1100, 1));
    expect(tf.memory().numTensors).toBe(before);
  });
});
