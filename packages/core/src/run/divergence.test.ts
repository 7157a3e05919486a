import { expect, it } from 'vitest';
import { divergenceOf } from './divergence.ts';

it('sees what is no number and what exploded, and lets a bad reconstruction pass', () => {
  expect(divergenceOf(3, { loss: 2, explained_variance: -50 })).toBeUndefined();
  expect(divergenceOf(3, { loss: NaN })?.message).toContain('loss is NaN at step 3');
  expect(divergenceOf(3, { explained_variance: -Infinity })?.message).toContain(
    'explained_variance is -Infinity',
  );
  expect(divergenceOf(3, { loss: 1e9, explained_variance: -2e4 })?.message).toContain('exploded at step 3');
});
