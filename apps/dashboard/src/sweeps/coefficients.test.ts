import { expect, test } from 'vitest';
import { coefficients } from './coefficients.ts';

const variants = [
  { name: 'topk', mathVersion: 1, sparsity: 'k' },
  { name: 'relu-l1', mathVersion: 1, sparsity: 'l1' },
];
const run = (variant: string, hyper: Record<string, unknown>, learningRate = 3e-4) => ({
  variant,
  mathVersion: 1,
  hyper,
  config: { training: { learningRate } },
});

test('a run is named by its coefficient, and by what else varies among those of its variant', () => {
  const runs = [
    run('topk', { auxWeight: 0.03125, k: 16 }),
    run('topk', { auxWeight: 0.03125, k: 32 }),
    run('relu-l1', { l1: 1.23456789, loss: 'notebook' }, 1e-3),
    run('relu-l1', { l1: 2, loss: 'unit-norm' }),
  ];
  expect(runs.map((each) => coefficients(runs, variants)(each))).toEqual([
    { coefficient: 'k=16', coefficientValue: 16 },
    { coefficient: 'k=32', coefficientValue: 32 },
    { coefficient: 'l1=1.235 learningRate=0.001 loss=notebook', coefficientValue: 1.23456789 },
    { coefficient: 'l1=2 learningRate=3e−4 loss=unit-norm', coefficientValue: 2 },
  ]);
});

test('a variant that the database does not know is named by what varies', () => {
  const runs = [run('mine', { strength: 1 }), run('mine', { strength: 2 })];
  expect(coefficients(runs, variants)(runs[1]!)).toEqual({
    coefficient: 'strength=2',
    coefficientValue: null,
  });
});
