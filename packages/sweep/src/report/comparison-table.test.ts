import { ALL_FIGURES, headingOf, inSentence } from '@sae-lab/measures';
import { describe, expect, it } from 'vitest';
import { compareRuns, type ComparedRun } from './comparison-table.ts';
import { comparisonTable } from './comparison-text.ts';

const run = (changes: Partial<ComparedRun>): ComparedRun => ({
  configuration: 0,
  runHash: 'f00dfeed'.repeat(8),
  variant: 'topk',
  coefficient: 'k=8',
  hook: 'blocks.0.hook_mlp_out',
  width: 64,
  finished: true,
  figures: { l0: 8, explained_variance: 0.5, dead_fraction: 0 },
  seconds: 10,
  ...changes,
});

describe('compareRuns', () => {
  it('groups seeds, and keeps the rows of a variant together', () => {
    const rows = compareRuns([
      run({ figures: { l0: 8, explained_variance: 0.5, dead_fraction: 0 } }),
      run({ configuration: 1, variant: 'gated' }),
      run({ figures: { l0: 8, explained_variance: 0.7, dead_fraction: 0.5 } }),
      run({ configuration: 2, width: 128 }),
      run({ configuration: 3, coefficient: 'k=16' }),
      run({ configuration: 4, hook: 'blocks.1.hook_mlp_out' }),
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
    expect(rows[0]?.figures.explained_variance.mean).toBeCloseTo(0.6, 12);
    expect(rows[0]?.figures.explained_variance.deviation).toBeCloseTo(Math.SQRT2 / 10, 12);
  });

  it('does not group runs whose labels happen to be equal', () => {
    expect(compareRuns([run({}), run({ configuration: 1 })]).map(({ seeds }) => seeds)).toEqual([1, 1]);
  });

  it('leaves unfinished runs out of the means and counts them', () => {
    const [row] = compareRuns([run({}), run({ finished: false, figures: { l0: 1000 }, seconds: null })]);
    expect(row).toMatchObject({ seeds: 2, finishedSeeds: 1, figures: { l0: { mean: 8, deviation: null } } });
    expect(comparisonTable([row!])).toContain('1/2');
  });

  it('shows dashes where no run finished', () => {
    const text = comparisonTable(compareRuns([run({ finished: false, figures: {}, seconds: null })]));
    expect(text).toMatch(/0\/1.*–.*–.*–.*–/);
  });

  it('shows optional figures only where some run has them', () => {
    const known = run({ figures: { l0: 8, mmcs: 0.75, recovered: 0.5 } });
    const text = comparisonTable(compareRuns([known, run({ configuration: 1, coefficient: 'k=16' })]));
    expect(text).toMatch(/MMCS .* recovered/);
    expect(text).toMatch(/k=8 .* 0\.750 .* 50\.0 %/);
    expect(comparisonTable(compareRuns([run({})]))).not.toMatch(/MMCS|recovered/);
  });

  it('shows a dash for an undefined figure and leaves it out of means', () => {
    const undefinedFigure = run({ figures: { l0: 8, explained_variance: Number.NaN } });
    const [alone] = compareRuns([undefinedFigure]);
    expect(alone).toMatchObject({ figures: { explained_variance: { mean: null }, l0: { mean: 8 } } });
    expect(comparisonTable([alone!])).toMatch(/ 8\.0 │ +– │/);
    expect(compareRuns([undefinedFigure, run({})])[0]?.figures.explained_variance.mean).toBe(0.5);
  });
});

describe('the vocabulary', () => {
  const figures = Object.fromEntries(ALL_FIGURES.map(({ key }, index) => [key, index + 1]));

  it('decides which figures a row has: every one', () => {
    const [row] = compareRuns([run({ figures })]);
    expect(Object.fromEntries(Object.entries(row!.figures).map(([key, { mean }]) => [key, mean]))).toEqual(
      figures,
    );
  });

  it('decides which figures have a column, under which name: the headline figures', () => {
    const heads = comparisonTable(compareRuns([run({ figures })])).split('\n')[1]!;
    for (const figure of ALL_FIGURES) {
      expect(heads.includes(` ${inSentence(headingOf(figure))} `)).toBe(figure.prominence === 'headline');
    }
  });
});

describe('comparisonTable', () => {
  const hooks = ['blocks.1.hook_mlp_out', 'blocks.3.hook_resid_post'];
  const seeded = hooks.flatMap((hook, configuration) =>
    [0.1, 0.2, 0.3].map((value) =>
      run({
        configuration,
        hook,
        coefficient: 'l1=0.5 learningRate=0.001 loss=unit-norm',
        figures: {
          l0: 100 * value,
          explained_variance: value,
          dead_fraction: value,
          evaluation_tokens: 19_153,
        },
        seconds: 100 * value,
      }),
    ),
  );
  const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

  it.each([200, 133, 120, 100, 80])('fits %i columns and still tells rows apart', (width) => {
    const text = comparisonTable(compareRuns(seeded), { width });
    expect(widest(text)).toBeLessThanOrEqual(width);
    expect(text).toMatch(/0\.2000 (± 0\.1000|[^]*±0\.1000)/);
    expect(text).toContain(width < 100 ? 'learning' : 'learningRate=0.001');
    expect(text).toMatch(/1\.(hook_)?mlp_out/);
    expect(text).toMatch(/3\.(hook_)?resid_post/);
  });

  it('leaves out the last figures where the terminal is too narrow for all', () => {
    const known = seeded.map((each) => ({
      ...each,
      figures: { ...each.figures, mmcs: 0.5, recovered: 0.25 },
    }));
    const text = comparisonTable(compareRuns(known), { width: 80 });
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text).toMatch(/ L0 .* expl\. var\. .* dead /);
    expect(text).not.toContain('recovered');
  });

  it('names a run of each row, however narrow the terminal, and says which it is', () => {
    const hashed = seeded.map((each, index) => ({ ...each, runHash: `${index}badcafe`.repeat(8) }));
    for (const width of [Infinity, 120, 80]) {
      const text = comparisonTable(compareRuns(hashed), { width });
      expect(text).toMatch(
        / 0badcafe │\n[^]* 3badcafe │\n[^]*\nThe column run has the first seed of each row\.$/,
      );
    }
    expect(comparisonTable(compareRuns([run({})]))).not.toContain('first seed');
  });

  it('states once what all rows share', () => {
    const rows = compareRuns([
      run({}),
      run({ configuration: 1, coefficient: 'k=16', runHash: 'beef'.repeat(16) }),
    ]);
    expect(comparisonTable(rows)).toMatch(/k=8 .* f00dfeed │\n.* k=16 .* beefbeef │/);
    const narrow = comparisonTable(rows, { width: 90 });
    expect(narrow).toMatch(/^hook blocks\.0\.hook_mlp_out, width 64, seeds 1\n/);
    expect(narrow).toMatch(/k=8 .* f00dfeed │\n.* k=16 .* beefbeef │/);
  });

  it('states the number of evaluated activations', () => {
    expect(comparisonTable(compareRuns(seeded))).toContain('\nEvaluated on 19153 activations.');
    const other = run({ configuration: 9, figures: { evaluation_tokens: 7 } });
    expect(comparisonTable(compareRuns([...seeded, other]))).toContain('19153 (blocks.1.hook_mlp_out)');
  });

  it('escapes terminal codes in names', () => {
    const strange = run({
      variant: 'a\n\u001b[31mred\u009b',
      hook: 'h'.repeat(1000),
      coefficient: 'x'.repeat(900),
    });
    const text = comparisonTable(compareRuns([strange]), { width: 120 });
    expect(text).toContain('a\\n\\u001b[31mred\\u009b');
    expect(text).toContain('h…h');
    expect(widest(text)).toBeLessThan(200);
  });

  it('counts rows beyond the first 200, and shows all on request', () => {
    const many = compareRuns(Array.from({ length: 1000 }, (_, configuration) => run({ configuration })));
    expect(comparisonTable(many)).toContain('… and 800 more rows: use --all');
    expect(comparisonTable(many, { all: true }).split('\n')).toHaveLength(1004);
  });
});
