import { readFileSync } from 'node:fs';
import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { seeded, shuffle } from '../../random/seeded.ts';
import { matchRows } from './match-rows.ts';
import { randomMatches } from './random-matches.ts';
import { SparseAssignment } from './sparse-assignment.ts';

/** As tests/reference/assignment.py writes it. */
interface Golden {
  d: number;
  a: number[];
  b: number[];
  partners: number[];
  mean: number;
  best: number[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../../tests/reference/assignment.json', import.meta.url), 'utf8'),
) as Golden[];

beforeAll(() => useCpuBackend({ threads: 1 }));

function normals(rows: number, dIn: number, name: string) {
  const random = seeded(0, name);
  return { dIn, data: Float32Array.from({ length: rows * dIn }, () => random.normal()) };
}

describe('matchRows', () => {
  it.each(golden.map((one) => [`${one.a.length / one.d} × ${one.b.length / one.d}`, one] as const))(
    'finds the assignment of scipy, %s',
    async (_, { d, a, b, partners, mean, best }) => {
      const found = await matchRows(
        { data: Float32Array.from(a), dIn: d },
        { data: Float32Array.from(b), dIn: d },
      );
      expect([...found.a.partner]).toEqual(partners);
      const cosines = found.a.partnerCosine.filter((cosine) => !Number.isNaN(cosine));
      expect(cosines.reduce((sum, one) => sum + one, 0) / cosines.length).toBeCloseTo(mean, 6);
      found.a.cosine.forEach((cosine, row) => expect(cosine).toBeCloseTo(best[row]!, 6));
    },
  );

  it('assigns over several tiles what a full search over all entries assigns', async () => {
    const [a, b] = [normals(1100, 24, 'a'), normals(1100, 24, 'b')];
    // As of SAEs: most rows have a copy, more or less noisy.
    for (let i = 0; i < 770 * 24; i++) b.data[i] = a.data[i]! + (0.2 + 0.015 * (i / 240)) * b.data[i]!;
    const before = tf.memory().numTensors;
    const found = await matchRows(a, b);
    expect(tf.memory().numTensors).toBe(before);
    // Entries beyond the first ones were needed, or the test shows nothing.
    expect(found.rounds).toBeGreaterThan(1);
    expect(new Set(found.a.partner).size).toBe(1100);
    const all = new SparseAssignment(1100, 1100);
    for (let row = 0; row < 1100; row++) {
      for (let column = 0; column < 1100; column++) all.add(row, column, 1 - cosineOf(a, row, b, column));
    }
    all.solve();
    const best = [...all.columnOf].map((column, row) => cosineOf(a, row, b, column));
    const sum = (values: Iterable<number>): number => [...values].reduce((total, one) => total + one, 0);
    expect(sum(found.a.partnerCosine) / 1100).toBeCloseTo(sum(best) / 1100, 6);
  });

  it('matches a permuted and rescaled copy with itself, at cosine 1', async () => {
    const a = normals(300, 16, 'a');
    const order = shuffle(
      Array.from({ length: 300 }, (_, i) => i),
      seeded(1, 'order'),
    );
    const data = new Float32Array(a.data.length);
    order.forEach((row, place) => {
      for (let d = 0; d < 16; d++) data[place * 16 + d] = (0.1 + place) * a.data[row * 16 + d]!;
    });
    const found = await matchRows(a, { data, dIn: 16 });
    expect([...found.b.partner]).toEqual(order);
    expect([...found.b.best]).toEqual(order);
    for (const one of [...found.a.partnerCosine, ...found.b.cosine]) expect(one).toBeCloseTo(1, 5);
  });

  it('is symmetric', async () => {
    const [a, b] = [normals(200, 8, 'a'), normals(260, 8, 'b')];
    const [there, back] = [await matchRows(a, b), await matchRows(b, a)];
    expect(back.b.partner).toEqual(there.a.partner);
    expect(back.a.best).toEqual(there.b.best);
    expect(there.b.partner.filter((row) => row < 0)).toHaveLength(60);
  });

  it('gives no row a partner that another row has, whatever the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), async (m, n) => {
        const found = await matchRows(normals(m, 3, `a${m}`), normals(n, 3, `b${n}`));
        const partners = found.a.partner.filter((row) => row >= 0);
        expect(new Set(partners).size).toBe(Math.min(m, n));
        for (const [row, partner] of found.a.partner.entries()) {
          if (partner >= 0) expect(found.b.partner[partner]).toBe(row);
          if (partner >= 0)
            expect(found.a.partnerCosine[row]).toBeLessThanOrEqual(found.a.cosine[row]! + 1e-6);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('stops between two tiles', async () => {
    const rows = normals(4, 3, 'a');
    await expect(matchRows(rows, rows, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'run.stopped',
    });
  });
});

describe('randomMatches', () => {
  it('has the mean that the distribution of a cosine gives', async () => {
    const [rows, dIn] = [1500, 24];
    const { match_best, match_one_to_one, quantile99 } = await randomMatches({ a: rows, b: rows, dIn });
    // The density of a cosine is proportional to (1 − c²)^((d − 3) / 2); the largest of n has the CDF F^n.
    const steps = 20_000;
    let [total, mean, quantile] = [0, 0, 1];
    const cdf: number[] = [];
    for (let i = 0; i < steps; i++) {
      const c = -1 + (2 * (i + 0.5)) / steps;
      total += (1 - c * c) ** ((dIn - 3) / 2);
      cdf.push(total);
    }
    for (let i = 1; i < steps; i++) {
      const [below, above] = [(cdf[i - 1]! / total) ** rows, (cdf[i]! / total) ** rows];
      const c = -1 + (2 * i) / steps;
      mean += c * (above - below);
      if (above >= 0.99 && below < 0.99) quantile = c;
    }
    expect(Math.abs(match_best - mean)).toBeLessThan(0.005);
    expect(Math.abs(quantile99 - quantile)).toBeLessThan(0.03);
    expect(match_one_to_one).toBeLessThan(match_best);
    expect(match_one_to_one).toBeGreaterThan(0.8 * match_best);
  });
});

function cosineOf(
  a: { data: Float32Array; dIn: number },
  row: number,
  b: { data: Float32Array },
  column: number,
): number {
  let [aa, bb, ab] = [0, 0, 0];
  for (let d = 0; d < a.dIn; d++) {
    const [x, y] = [a.data[row * a.dIn + d]!, b.data[column * a.dIn + d]!];
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return ab / Math.sqrt(aa * bb);
}
