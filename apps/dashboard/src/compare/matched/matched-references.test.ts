import { FIGURES } from '@sae-lab/measures';
import { expect, test } from 'vitest';
import type { CompareRow } from '../compare-row.ts';
import type { CompareReference } from '../references/compare-reference.ts';
import { referenceCells, referenceTable } from './matched-references.ts';

const MEASURE = { ...FIGURES.explained_variance, key: 'explained_variance' };
const row = (variant: string, seed: number, l0: number, value: number) =>
  ({
    versionedVariant: variant,
    hook: 'h',
    activations: 'a',
    width: 64,
    seed,
    settings: {},
    figures: { l0, explained_variance: value },
  }) as unknown as CompareRow;
const reference = (name: string, figures: Record<string, number>, hook = 'h'): CompareReference => ({
  id: 1,
  name,
  kind: 'baseline',
  hook,
  activations: 'a',
  width: 32,
  figures,
});

/** Linear in log L0: 0.5 at an L0 of 8. */
const topk = [0, 1].flatMap((seed) => [
  row('topk', seed, 4, 0.4 + seed / 100),
  row('topk', seed, 16, 0.6 + seed / 100),
]);

test('groups are interpolated at the L0 of a reference, never outside of their range', () => {
  const cells = referenceCells(
    [
      reference('pca', { l0: 8, explained_variance: 0.3 }),
      reference('theirs', { l0: 99, explained_variance: 0.9 }),
      reference('mean', { l0: 0, explained_variance: 0 }),
      reference('unmeasured', { l0: 8 }),
      reference('elsewhere', { l0: 8, explained_variance: 0.3 }, 'other'),
    ],
    topk,
    'variant',
    MEASURE,
  );
  expect(cells.map(({ reference: { name } }) => name)).toEqual(['pca', 'theirs', 'mean']);
  const [pca, theirs, mean] = cells;
  expect(pca!.group!.value!.mean).toBeCloseTo(0.505);
  expect(pca!.difference!.mean).toBeCloseTo(0.205);
  expect(pca!.difference!.high! - pca!.difference!.low!).toBeCloseTo(
    pca!.group!.value!.high! - pca!.group!.value!.low!,
  );
  expect(pca!.verdict).toBe('better');
  expect(theirs!.group).toBeUndefined();
  expect(mean!.group).toBeUndefined();
  const table = referenceTable(cells, { key: 'variant', label: 'Variant' }, MEASURE, '');
  expect(table.rows.map((cell) => cell.at(-1))).toEqual(['Better', '–', '–']);
  expect(table.rows[1]).toContain('Not reached');
});
