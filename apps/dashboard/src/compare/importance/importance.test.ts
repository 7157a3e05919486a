import { FIGURES } from '@sae-lab/measures';
import { expect, test } from 'vitest';
import type { CompareRow } from '../compare-row.ts';
import { importanceOf } from './importance.ts';

const MEASURE = { ...FIGURES.explained_variance, key: 'explained_variance' };
const KEYS = ['variant', 'hook', 'hyper.k', 'training.rate', 'seed'].map((key) => ({ key, label: key }));

/** Two variants, of which one has k, three rates and two seeds. */
const rows = ['topk', 'gated'].flatMap((variant) =>
  ['4', '8', '16'].flatMap((k) =>
    ['0.001', '0.01'].flatMap((rate) =>
      [0, 1].map((seed) => {
        const value = (variant === 'topk' ? 0.5 + Math.log2(Number(k)) / 20 : 0.4) + seed * 1e-4;
        return {
          variant,
          versionedVariant: variant,
          hook: 'h',
          seed,
          settings: { 'training.rate': rate, ...(variant === 'topk' && { 'hyper.k': k }) },
          figures: { explained_variance: value, l0: variant === 'topk' ? Number(k) : 10_000 },
        } as unknown as CompareRow;
      }),
    ),
  ),
);

test('orders settings by their share, with the seed as noise and without constants', () => {
  const found = importanceOf(rows, KEYS, MEASURE);
  if (found.kind !== 'found') throw new Error(found.kind);
  const named = found.keys.map(({ key }) => key);
  expect(named.toSorted()).toEqual(['hyper.k', 'seed', 'training.rate', 'variant']);
  expect(new Set(named.slice(0, 2))).toEqual(new Set(['variant', 'hyper.k']));
  const byKey = new Map(found.keys.map((one) => [one.key, one]));
  expect(Math.abs(byKey.get('seed')!.share.mean)).toBeLessThan(0.02);
  expect(Math.abs(byKey.get('training.rate')!.share.mean)).toBeLessThan(0.02);
  expect(byKey.get('hyper.k')).toMatchObject({ best: '16', values: 4 });
  expect(byKey.get('seed')!.best).toBeUndefined();
  expect(found.explained).toBeGreaterThan(0.8);
  expect(found.log).toBe(false);
  // L0 spans three decades.
  expect(importanceOf(rows, KEYS, { ...FIGURES.l0, key: 'l0' })).toMatchObject({ kind: 'found', log: true });
});

test('says why there is nothing to show', () => {
  expect(importanceOf(rows.slice(0, 9), KEYS, MEASURE)).toEqual({ kind: 'too-few', runs: 9 });
  expect(importanceOf(rows, [], MEASURE)).toEqual({ kind: 'no-settings' });
  const equal = rows.map((row) => ({ ...row, figures: { explained_variance: 0.5 } }));
  expect(importanceOf(equal, KEYS, MEASURE)).toEqual({ kind: 'constant' });
  const unmeasured = rows.map((row) => ({ ...row, figures: {} }));
  expect(importanceOf(unmeasured, KEYS, MEASURE)).toEqual({ kind: 'too-few', runs: 0 });
});

test('a setting of one variant does not stand for the variant', () => {
  // Nothing but the variant has an effect.
  const flat = rows.map((row) => ({
    ...row,
    figures: { explained_variance: (row.variant === 'topk' ? 0.6 : 0.4) + row.seed * 1e-3 },
  }));
  const found = importanceOf(flat, KEYS, MEASURE);
  if (found.kind !== 'found') throw new Error(found.kind);
  expect(found.keys[0]).toMatchObject({ key: 'variant' });
  expect(found.keys[0]!.share.mean).toBeGreaterThan(0.8);
  expect(Math.abs(found.keys.find(({ key }) => key === 'hyper.k')!.share.mean)).toBeLessThan(0.02);
});
