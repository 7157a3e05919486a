import { describe, expect, it } from 'vitest';
import { SparsityFigures } from './sparsity-figures.ts';

describe('SparsityFigures', () => {
  // Four samples of five latents; the last latent never fires, the fourth fires below the active threshold.
  const codes = [
    [0.5, 0, 2, 0, 0],
    [0, 0.25, 0, 0.0005, 0],
    [1, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
  ];
  const figures = new SparsityFigures(5);
  figures.add(codes.slice(0, 3).flat());
  figures.add(codes.slice(3).flat());

  it('counts non-zero entries', () => {
    expect(figures.result()).toEqual({
      l0: 5 / 4,
      l1: (0.5 + 2 + 0.25 + 0.0005 + 1) / 4,
      dead_fraction: 1 / 5,
      dense_fraction_1pc: 4 / 5,
      dense_fraction_10pc: 4 / 5,
      rare_fraction: 0,
      dense_share_1pc: 1,
      dense_share_10pc: 1,
      evaluation_tokens: 4,
    });
    expect([...figures.density()]).toEqual([0.5, 0.25, 0.25, 0.25, 0]);
  });

  it('tells rare, common and dense latents apart by how much of the activity is theirs', () => {
    const rows = 4000;
    const bands = new SparsityFigures(4);
    // Firing on all tokens, on 1 of 50, on 1 of 2000, and never.
    for (let row = 0; row < rows; row++) bands.add([1, row % 50 === 0 ? 1 : 0, row % 2000 === 0 ? 1 : 0, 0]);
    const total = 4000 + 80 + 2;
    expect(bands.result()).toMatchObject({ rare_fraction: 1 / 4, dead_fraction: 1 / 4 });
    expect(bands.result().dense_share_1pc).toBeCloseTo(4080 / total, 12);
    expect(bands.result().dense_share_10pc).toBeCloseTo(4000 / total, 12);
  });

  it('makes the notebook’s histograms', () => {
    const { code_activations: values, active_units: units } = figures.histograms();
    expect(values!.counts).toHaveLength(100);
    expect([values!.edges[0], values!.edges[100]]).toEqual([0, 1]);
    // 15 zeros and 0.0005 in the first bin; 2 is outside [0, 1]; 1 belongs to the last bin.
    expect(values!.counts[0]).toBe(16);
    expect([values!.counts[25], values!.counts[50], values!.counts[99]]).toEqual([1, 1, 1]);
    expect(values!.counts.reduce((a, b) => a + b)).toBe(19);
    // Active units per sample: 2, 1, 1, 0.
    expect(units!.counts).toHaveLength(30);
    expect([units!.counts[0], units!.counts[15], units!.counts[29]]).toEqual([1, 2, 1]);
  });

  it('puts equal counts into one bin in the middle', () => {
    const equal = new SparsityFigures(2);
    equal.add([1, 0, 0, 1]);
    const { edges, counts } = equal.histograms()['active_units']!;
    expect([edges[0], edges[30]]).toEqual([0.5, 1.5]);
    expect(counts.indexOf(2)).toBe(15);
  });
});
