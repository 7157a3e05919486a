import { describe, expect, it } from 'vitest';
import { histogramPlot } from './histogram-plot.ts';
import { logAxis } from './log-axis.ts';
import { lossPlot } from './loss-plot.ts';

/** Number of bars: rectangles of the SVG. */
const bars = (svg: string): number => svg.match(/<rect /g)?.length ?? 0;

describe('histogramPlot', () => {
  it('draws a bar for each bin with values, under its title and axes', () => {
    const svg = histogramPlot({ name: 'active_units', edges: [0, 1, 2, 3, 4], counts: [3, 0, 5, 1] });
    expect(bars(svg)).toBe(3);
    for (const text of ['Active latents per token', 'active latents', 'tokens']) expect(svg).toContain(text);
  });

  it('draws counts of different orders of magnitude on a log scale', () => {
    const svg = histogramPlot({ name: 'code_activations', edges: [0, 0.5, 1], counts: [1_000_000, 1] });
    expect(bars(svg)).toBe(2);
    expect(svg).toContain('>1000<');
    expect(svg).not.toContain('NaN');
  });

  it('draws an empty histogram', () => {
    expect(bars(histogramPlot({ name: 'code_activations', edges: [0, 1], counts: [0] }))).toBe(0);
  });
});

describe('lossPlot', () => {
  const steps = [0, 1, 2];

  it('draws the loss and its terms, and no other curve', () => {
    const svg = lossPlot(
      new Map([
        ['loss', { steps, values: [3, 2, 1] }],
        ['loss/sparsity', { steps, values: [0, NaN, 0.5] }],
        ['l0', { steps, values: [9, 9, 9] }],
      ]),
    );
    for (const text of ['Loss curves', '>Loss<', '>Sparsity<']) expect(svg).toContain(text);
    expect(svg).not.toContain('>L0<');
    expect(svg).not.toContain('NaN');
  });

  it('thins long curves and keeps their ends', () => {
    const many = Array.from({ length: 10_000 }, (_, step) => step);
    const svg = lossPlot(new Map([['loss', { steps: many, values: many.map((step) => 1 + step) }]]));
    expect(svg.length).toBeLessThan(60_000);
  });
});

describe('logAxis', () => {
  it.each<[[number, number], number[]]>([
    [
      [0.5, 2e6],
      [1, 10, 100, 1000, 10_000, 100_000, 1_000_000],
    ],
    [
      [30, 130],
      [50, 100],
    ],
  ])('of %j has ticks %j', (domain, ticks) => {
    const axis = logAxis(domain) as { ticks: number[] };
    expect(axis.ticks).toEqual(ticks.map((tick) => expect.closeTo(tick) as number));
  });
});
