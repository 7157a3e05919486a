import { expect, it } from 'vitest';
import { divergenceOf } from './divergence.ts';

const said = (values: Record<string, number>, relativeError?: number): string | undefined =>
  divergenceOf(3, values, undefined, relativeError)?.message;

it('detects non-finite values and explosions, and accepts a bad reconstruction', () => {
  expect(said({ loss: 2, explained_variance: -50 }, 51)).toBeUndefined();
  expect(said({ loss: NaN })).toContain('loss is NaN at step 3');
  expect(said({ mse: Infinity })).toContain('mse is Infinity at step 3');
  expect(said({ explained_variance: -Infinity })).toContain('explained_variance is -Infinity');
  expect(said({ loss: 1e9, explained_variance: -2e4 }, 1.5e4)).toContain(
    'exploded at step 3: its error is 2.00e+4',
  );
});

it('does not treat an undefined explained variance, or that of nearly equal rows, as divergence', () => {
  expect(said({ mse: 0.1, explained_variance: NaN }, 0.5)).toBeUndefined();
  expect(said({ mse: 0.1, explained_variance: -1e8 }, 0.5)).toBeUndefined();
});
