import { describe, expect, it } from 'vitest';
import { seeded } from '../random/seeded.ts';
import { DocumentSums } from './interval.ts';

const ratio = ([a, b]: Float64Array): number => a! / b!;

describe('DocumentSums', () => {
  it('gives an interval that contains the true ratio in about 95 of 100 samples', () => {
    const random = seeded(1, 'interval');
    let covered = 0;
    for (let trial = 0; trial < 400; trial++) {
      const sums = new DocumentSums(2);
      for (let document = 0; document < 300; document++) {
        // Tokens of a document share an offset, so they are not independent.
        const offset = random.normal();
        const tokens = 1 + Math.floor(random.uniform() * 20);
        sums.add(Math.floor(random.uniform() * 2 ** 32), [tokens * (3 + offset), tokens]);
      }
      const { low, high } = sums.interval(ratio)!;
      if (low <= 3 && 3 <= high) covered++;
    }
    expect(covered / 400).toBeGreaterThan(0.91);
    expect(covered / 400).toBeLessThan(0.98);
  });

  it('is the t interval of a mean where each group has one document of one token', () => {
    const sums = new DocumentSums(2);
    const values = [1, 2, 4, 8, 16, 32];
    values.forEach((value, group) => sums.add(group, [value, 1]));
    const mean = 63 / 6;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 5);
    const { low, high } = sums.interval(ratio)!;
    expect(low).toBeCloseTo(mean - (2.571 * deviation) / Math.sqrt(6), 10);
    expect(high).toBeCloseTo(mean + (2.571 * deviation) / Math.sqrt(6), 10);
  });

  it('gives none with fewer than five groups, or where the figure is undefined without one', () => {
    const sums = new DocumentSums(2);
    for (let group = 0; group < 4; group++) sums.add(group, [1, 1]);
    expect(sums.interval(ratio)).toBeUndefined();
    sums.add(4, [1, 0]);
    expect(sums.interval(ratio)).toBeDefined();
    expect(sums.interval(([, b]) => 1 / (b! - 3))).toBeUndefined();
  });

  it.each([
    [0.5, 300],
    [0.95, 60],
    [0.99, 60],
    [0.02, 30],
  ])('gives an interval that contains a proportion of %f of %i documents', (truth, documents) => {
    const random = seeded(2, 'proportion', truth);
    let covered = 0;
    for (let trial = 0; trial < 400; trial++) {
      const sums = new DocumentSums(2);
      for (let document = 0; document < documents; document++) {
        sums.add(Math.floor(random.uniform() * 2 ** 32), [random.uniform() < truth ? 1 : 0, 1]);
      }
      const { low, high } = sums.proportionInterval(ratio, documents)!;
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered / 400).toBeGreaterThan(0.92);
  });

  it('gives a proportion of 1 the width of as many trials as documents', () => {
    const sums = new DocumentSums(2);
    for (let document = 0; document < 64; document++) sums.add(document, [1, 1]);
    // Wilson's: n / (n + t²), with t = 2 at 63 degrees of freedom.
    const { low, high } = sums.proportionInterval(ratio, 64)!;
    expect(low).toBeCloseTo(64 / (64 + 4), 12);
    expect(high).toBe(1);
  });

  it('agrees with the plain interval of a proportion in the middle', () => {
    const random = seeded(3, 'proportion');
    const sums = new DocumentSums(2);
    for (let document = 0; document < 20_000; document++) sums.add(document * 7, [random.integer(0, 1), 1]);
    const [wilson, plain] = [sums.proportionInterval(ratio, 20_000)!, sums.interval(ratio)!];
    expect(wilson.low).toBeCloseTo(plain.low, 5);
    expect(wilson.high).toBeCloseTo(plain.high, 5);
  });

  it('does not depend on how a document is divided', () => {
    const whole = new DocumentSums(1);
    const parts = new DocumentSums(1);
    for (let group = 0; group < 8; group++) {
      whole.add(group, [group]);
      parts.add(group, [group - 1]);
      parts.add(group, [1]);
    }
    expect(parts.interval(([sum]) => sum!)).toEqual(whole.interval(([sum]) => sum!));
  });
});
