import { expect, test } from 'vitest';
import { isDefault } from './default-of.ts';

const run = {
  config: {
    training: { batchSize: 256, epsilon: 1e-8, gradientClip: null, steps: 20 },
    evaluation: { holdout: 0.1 },
  },
  hyper: { k: 8, auxWeight: 0.03125 },
  defaults: {
    training: { batchSize: 2048, epsilon: 1e-8, gradientClip: null },
    evaluation: { holdout: 0.1 },
  },
};
const variant = { hyperSchema: { properties: { k: {}, auxWeight: { default: 0.03125 } } } };

test.each([
  ['training.batchSize', false],
  ['training.epsilon', true],
  ['training.gradientClip', true],
  // A length has no default.
  ['training.steps', false],
  ['evaluation.holdout', true],
  ['hyper.k', false],
  ['hyper.auxWeight', true],
  ['hyper.unknown', undefined],
])('%s', (path, expected) => {
  expect(isDefault(run, variant, path)).toBe(expected);
});

test('nothing is known of runs from before defaults were stored', () => {
  expect(isDefault({ ...run, defaults: null }, undefined, 'training.epsilon')).toBeUndefined();
  expect(isDefault(run, undefined, 'hyper.k')).toBeUndefined();
});
