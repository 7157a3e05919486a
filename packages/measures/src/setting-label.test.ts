import { expect, test } from 'vitest';
import { labelOfKey, settingLabel } from './index.ts';

test.each([
  ['learningRate', 'Learning rate'],
  ['beta1', 'Adam β₁'],
  ['synthetic.spec.dIn', 'Dimensions'],
  ['synthetic.spec.strengths.law', 'Strengths, distribution'],
  ['synthetic.rows', 'Rows'],
  ['resample.every', 'Resampling, share of the run between'],
  ['constructor', 'Constructor'],
  ['someFuture.setting', 'Some future setting'],
])('the setting %s reads %s', (path, label) => {
  expect(settingLabel(path)).toBe(label);
});

test('symbols keep their spelling', () => {
  expect(['auxk', 'l0_norm', 'mse', 'l1'].map(labelOfKey)).toEqual(['AuxK', 'L0 norm', 'MSE', 'L1']);
});
