import { expect, test } from 'vitest';
import type { CompareRow } from '../compare-row.ts';
import { alsoVarying } from './also-varying.ts';

const keys = ['hyper.k', 'training.learningRate'].map((key) => ({ key, label: key }));
const row = (variant: string, k: string, rate: string) =>
  ({
    variant,
    hook: 'h',
    activations: 'a',
    width: 64,
    settings: { variant, 'hyper.k': k, 'training.learningRate': rate },
  }) as unknown as CompareRow;

test('names the settings that vary next to the one that sets sparsity', () => {
  const sweep = [row('a', '4', '1'), row('a', '8', '1'), row('b', '4', '2')];
  expect(alsoVarying(sweep, 'variant', keys)).toEqual([]);
  const rates = [...sweep, row('a', '8', '2')];
  expect(alsoVarying(rates, 'variant', keys).map(({ key }) => key)).toEqual([
    'hyper.k',
    'training.learningRate',
  ]);
  expect(alsoVarying(rates, 'training.learningRate', keys)).toEqual([]);
});
