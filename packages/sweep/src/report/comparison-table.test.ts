import { describe, expect, it } from 'vitest';
import { compareRuns, comparisonTable, spreadOf, type ComparedRun } from './comparison-table.ts';

const run = (changes: Partial<ComparedRun>): ComparedRun => ({
  variant: 'topk',
  coefficient: 'k=8',
  hook: 'blocks.0.hook_mlp_out',
  width: 64,
  finished: true,
  metrics: { l0: 8, explained_variance: 0.5, dead_fraction: 0 },
  seconds: 10,
  ...changes,
});

describe('spreadOf', () => {
  it('is the mean and the sample standard deviation', () => {
    expect(spreadOf([])).toEqual({ mean: null, deviation: null });
    expect(spreadOf([3])).toEqual({ mean: 3, deviation: null });
    expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, deviation: Math.sqrt(32 / 7) });
  });
});

describe('compareRuns', () => {
  it('takes seeds together and keeps everything else apart, a variant’s rows together', () => {
    const rows = compareRuns([
      run({ metrics: { l0: 8, explained_variance: 0.5, dead_fraction: 0 } }),
      run({ variant: 'gated' }),
      run({ metrics: { l0: 8, explained_variance: 0.7, dead_fraction: 0.5 } }),
      run({ width: 128 }),
      run({ coefficient: 'k=16' }),
      run({ hook: 'blocks.1.hook_mlp_out' }),
    ]);
    expect(
      rows.map(({ variant, coefficient, hook, width, seeds }) => [variant, coefficient, hook, width, seeds]),
    ).toEqual([
      ['topk', 'k=8', 'blocks.0.hook_mlp_out', 64, 2],
      ['topk', 'k=16', 'blocks.0.hook_mlp_out', 64, 1],
      ['gated', 'k=8', 'blocks.0.hook_mlp_out', 64, 1],
      ['topk', 'k=8', 'blocks.0.hook_mlp_out', 128, 1],
      ['topk', 'k=8', 'blocks.1.hook_mlp_out', 64, 1],
    ]);
    expect(rows[0]?.explainedVariance.mean).toBeCloseTo(0.6, 12);
    expect(rows[0]?.explainedVariance.deviation).toBeCloseTo(Math.SQRT2 / 10, 12);
  });

  it('leaves runs that did not finish out of the means, and says so', () => {
    const [row] = compareRuns([run({}), run({ finished: false, metrics: { l0: 1000 }, seconds: null })]);
    expect(row).toMatchObject({ seeds: 2, finishedSeeds: 1, l0: { mean: 8, deviation: null } });
    expect(comparisonTable([row!])).toContain('1/2');
  });

  it('shows dashes where nothing finished', () => {
    const text = comparisonTable(compareRuns([run({ finished: false, metrics: {}, seconds: null })]));
    expect(text).toMatch(/0\/1.*–.*–.*–.*–/);
  });

  it('shows how well the truth was found where any run knows it, and has no columns for it elsewhere', () => {
    const known = run({ metrics: { l0: 8, mmcs: 0.75, recovered: 0.5 } });
    const text = comparisonTable(compareRuns([known, run({ coefficient: 'k=16' })]));
    expect(text).toMatch(/MMCS .* recovered/);
    expect(text).toMatch(/k=8 .* 0\.750 .* 0\.500/);
    expect(comparisonTable(compareRuns([run({})]))).not.toMatch(/MMCS|recovered/);
  });

  it('keeps not-a-number visible', () => {
    const text = comparisonTable(
      compareRuns([run({ metrics: { l0: Number.NaN, explained_variance: 0.5 } })]),
    );
    expect(text).toContain('NaN');
  });
});
