import type { RunKey } from '@sae-lab/db/filter';
import { expect, test } from 'vitest';
import { variantStyle } from '../variants/variant-style.ts';
import { colorScale } from './color-scale.ts';
import { columnOf } from './table-columns.ts';

const column = (key: string, kind: RunKey['kind'], type: RunKey['type']) => columnOf({ key, kind, type });

test('a variant looks as on every page', () => {
  const values = ['mine', 'topk'];
  const scale = colorScale(column('variant', 'field', 'text'), { values, more: 0, range: null }, values);
  for (const name of values) expect(scale.styleOf(name)).toMatchObject(variantStyle(name, values));
});

test('few values have a mark each, however Postgres writes them', () => {
  const summary = { values: ['1e-07', '0.5'], more: 0, range: [1e-7, 0.5] as const };
  const scale = colorScale(column('training.learningRate', 'setting', 'setting'), summary, []);
  expect(scale.styleOf(1e-7)).toMatchObject({ color: 'var(--variant-blue)', shape: 'circle' });
  expect(scale.styleOf(0.5)).toMatchObject({ color: 'var(--variant-vermilion)', shape: 'square' });
  expect(scale.styleOf(null)).toBeUndefined();
  expect(scale.styleOf([])).toBeUndefined();
});

test('texts are in natural order, and those beyond the first are grey', () => {
  const summary = { values: ['blocks.10', 'blocks.2'], more: 3, range: null };
  const scale = colorScale(column('hook', 'field', 'text'), summary, []);
  expect(scale.legend.map(({ text }) => text)).toEqual(['blocks.2', 'blocks.10']);
  expect(scale.styleOf('blocks.7')).toMatchObject({ color: 'var(--text-soft)' });
});

test('many numbers have a continuous scale', () => {
  const summary = { values: ['0'], more: 99, range: [10, 30] as const };
  const scale = colorScale(column('l0', 'figure', 'number'), summary, []);
  expect(scale.styleOf(20)?.color).toContain('50%');
  expect(scale.styleOf('Infinity')?.color).toContain('100%');
  expect(scale.legend.map(({ text }) => text)).toEqual(['10.0', '30.0']);
});
