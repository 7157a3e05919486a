import { FIGURES } from '@sae-lab/measures';
import { expect, test } from 'vitest';
import type { CompareRow } from '../compare-row.ts';
import type { CompareReference } from '../references/compare-reference.ts';
import type { AxisChoice } from './axis-choice.ts';
import { frontsOf } from './fronts.ts';
import { scatterEntries } from './scatter-points.ts';
import { referenceMarks, splitByRoom } from './scatter-references.ts';

let id = 0;
const row = (given: Partial<CompareRow> & { l0: number; ev?: number }): CompareRow => ({
  id: ++id,
  hash: 'abcdef12',
  configuration: 0,
  configurationName: 'topk k=8',
  variant: 'topk',
  mathVersion: 1,
  versionedVariant: given.variant ?? 'topk',
  coefficient: 'k=4',
  hook: 'h',
  width: 64,
  seed: 0,
  status: 'finished',
  activations: 'a',
  stepTokens: 1,
  stepSeconds: null,
  totalSteps: null,
  commit: null,
  settings: {},
  figures: { l0: given.l0, ...(given.ev !== undefined && { explained_variance: given.ev }) },
  ...given,
});
const x: AxisChoice = { key: 'l0', measure: FIGURES.l0, kind: 'log' };
const y: AxisChoice = { key: 'explained_variance', measure: FIGURES.explained_variance, kind: 'linear' };
const entriesOf = (rows: CompareRow[], fold = true, facet?: string) =>
  scatterEntries({ rows, by: 'variant', shape: undefined, facet, x, y, fold });

test('seeds fold to their mean, and runs without a place are left out', () => {
  const rows = [
    row({ l0: 4, ev: 0.4 }),
    row({ l0: 6, ev: 0.6, seed: 1 }),
    row({ l0: 0, ev: 0.5, configuration: 1 }),
    row({ l0: 8, configuration: 2 }),
  ];
  const [entry, ...rest] = entriesOf(rows);
  expect(rest).toEqual([]);
  expect(entry!.x).toMatchObject({ n: 2, mean: 5 });
  expect(entry!.y.mean).toBeCloseTo(0.5);
  expect(entry!.label).toContain('2 seeds');
  expect(entriesOf(rows, false)).toHaveLength(2);
});

test('a front has what nothing dominates; equal L0s up to rounding are one point of it', () => {
  const rows = [
    row({ l0: 10, ev: 0.5, configuration: 0 }),
    row({ l0: 100, ev: 0.9, configuration: 1 }),
    row({ l0: 100, ev: 0.4, configuration: 2 }),
    row({ l0: 10 * (1 - 1e-14), ev: 0.3, configuration: 3 }),
  ];
  const { fronts, corner } = frontsOf(entriesOf(rows), x, y)!;
  expect(fronts[0]!.entries.map(({ configuration }) => configuration)).toEqual([0, 1]);
  expect(corner).toEqual({ x: 100, y: 0.3 });
  // One decade of L0 times the gain of the left point over the reference.
  expect(fronts[0]!.hypervolume).toBeCloseTo(0.2);
});

test('groups and hooks have their own fronts; a measure without a better end has none', () => {
  const rows = [
    row({ l0: 10, ev: 0.5, configuration: 0 }),
    row({ l0: 20, ev: 0.4, configuration: 1, hook: 'other' }),
    row({ l0: 20, ev: 0.4, configuration: 2, variant: 'gated' }),
  ];
  expect(frontsOf(entriesOf(rows), x, y)!.fronts.map((front) => front.entries.length)).toEqual([1, 1, 1]);
  const neither = { ...x, measure: FIGURES.l2_ratio };
  expect(frontsOf(entriesOf(rows), neither, y)).toBeUndefined();
});

test('each small multiple has its own fronts, and seeds on different ones are not one point', () => {
  const rows = [
    row({ l0: 10, ev: 0.5 }),
    row({ l0: 20, ev: 0.4, configuration: 1, settings: { rate: '1' } }),
    row({ l0: 10, ev: 0.6, seed: 1 }),
  ];
  const byRate = entriesOf(rows, true, 'rate');
  expect(byRate.map(({ facet, x: { n } }) => [facet, n])).toEqual([
    ['(none)', 2],
    ['1', 1],
  ]);
  expect(frontsOf(byRate, x, y)!.fronts).toHaveLength(2);
  const bySeed = entriesOf(rows, true, 'seed');
  expect(bySeed.map(({ facet }) => facet)).toEqual(['0', '0', '1']);
});

const reference = (name: string, figures: Record<string, number>, hook = 'h'): CompareReference => ({
  id: 1,
  name,
  kind: 'baseline',
  hook,
  activations: 'a',
  width: 32,
  figures,
});

test('references are drawn where their runs are, as lines where x has no place for them', () => {
  const rows = [
    row({ l0: 10, ev: 0.5 }),
    row({ l0: 40, ev: 0.7, configuration: 1 }),
    row({ l0: 20, ev: 0.6, configuration: 2, hook: 'g' }),
  ];
  const references = [
    reference('pca', { l0: 20, explained_variance: 0.45 }),
    reference('mean', { l0: 0, explained_variance: 0.55 }, 'g'),
    reference('identity', { l0: 512, explained_variance: 1 }),
    reference('unmeasured', { l0: 20 }),
    reference('elsewhere', { l0: 20, explained_variance: 0.5 }, 'other'),
  ];
  const entries = entriesOf(rows, true, 'hook');
  const marks = referenceMarks(references, entries, x, y);
  expect(marks.map(({ label, facet, x: atX }) => [label, facet, atX])).toEqual([
    ['pca', 'h', 20],
    ['mean', 'g', null],
    ['identity', 'h', 512],
  ]);
  expect(referenceMarks(references, entriesOf(rows), x, y)[0]!.label).toBe('pca, h');
  const { near, far } = splitByRoom(
    marks,
    { axis: x, values: [10, 40, 20] },
    { axis: y, values: [0.5, 0.7, 0.6] },
  );
  expect(near.map(({ label }) => label)).toEqual(['pca', 'mean']);
  expect(far.map(({ label }) => label)).toEqual(['identity']);
});
