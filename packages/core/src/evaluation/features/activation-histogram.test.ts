import { expect, it } from 'vitest';
import { seeded } from '../../random/seeded.ts';
import { ActivationHistograms, octaveOf } from './activation-histogram.ts';

function histogramsOf(values: Float32Array): ActivationHistograms {
  const histograms = new ActivationHistograms(2);
  for (const bits of new Int32Array(values.buffer)) histograms.add(1, bits);
  return histograms;
}

it('gives quantiles with a relative error of at most 1/32', () => {
  const random = seeded(0, 'activations');
  const values = Float32Array.from({ length: 2000 }, () => Math.exp(3 * random.normal()));
  const histograms = histogramsOf(values);
  const sorted = values.toSorted();
  const fractions = [0.001, 0.1, 0.25, 0.5, 0.5, 0.9, 0.999, 1];
  const found = histograms.quantiles(1, fractions);
  for (const [i, p] of fractions.entries()) {
    const exact = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!;
    expect(Math.abs(found[i]! / exact - 1)).toBeLessThanOrEqual(1 / 32);
    expect(histograms.quantiles(1, [p])).toEqual([found[i]]);
  }
});

it('counts every value between its edges', () => {
  const values = Float32Array.of(1, 1.2, 1.25, 3.9, 4, 0.7);
  const { edges, counts } = histogramsOf(values).histogram(1);
  expect(edges.slice(0, 3)).toEqual([0.625, 0.75, 0.875]);
  expect(edges.at(-1)).toBe(5);
  expect(counts).toEqual(
    edges
      .slice(0, -1)
      .map((edge, i) => values.filter((value) => value >= edge && value < edges[i + 1]!).length),
  );
});

it('counts values outside its range in the outermost bins', () => {
  const { edges, counts } = histogramsOf(Float32Array.of(1e-30, 1e30)).histogram(1);
  expect([edges[0], edges.at(-1)]).toEqual([2 ** -16, 2 ** 16]);
  expect([counts[0], counts.at(-1)]).toEqual([1, 1]);
});

it('is empty for a latent that never fired', () => {
  const histograms = histogramsOf(Float32Array.of(1));
  expect(histograms.histogram(0)).toEqual({ edges: [], counts: [] });
  expect(histograms.quantiles(0, [0.5, 0.9])).toEqual([Number.NaN, Number.NaN]);
});

it('reads the power of two of a value from its bits', () => {
  const values = Float32Array.of(1, 1.99, 2, 0.3, 100);
  expect(Array.from(new Int32Array(values.buffer), octaveOf)).toEqual([0, 0, 1, -2, 6]);
});
