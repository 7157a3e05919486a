import { expect, it } from 'vitest';
import { FIGURES } from './figures.ts';
import { spreadOf, spreadParts } from './spread.ts';

it('is the mean and the sample standard deviation', () => {
  expect(spreadOf([])).toEqual({ n: 0, mean: null, deviation: null });
  expect(spreadOf([3])).toEqual({ n: 1, mean: 3, deviation: null });
  expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ n: 8, mean: 5, deviation: Math.sqrt(32 / 7) });
});

it('leaves out figures that a run does not have', () => {
  expect(spreadOf([3, null, undefined, Number.NaN])).toEqual({ n: 1, mean: 3, deviation: null });
  expect(spreadOf([Number.NaN])).toEqual({ n: 0, mean: null, deviation: null });
});

it('does not take rounding for a deviation', () => {
  expect(spreadOf([0.1 + 0.2, 0.3, 0.3])).toMatchObject({ deviation: 0 });
  expect(spreadOf([1, 1 + 1e-6]).deviation).toBeGreaterThan(0);
});

it('is written as the vocabulary says', () => {
  expect(spreadParts(FIGURES.l0, spreadOf([31, 33]))).toEqual(['32.0', '1.4']);
  expect(spreadParts(FIGURES.dead_fraction, spreadOf([0.5, 0.25]))).toEqual(['37.5 %', '17.7 %']);
  expect(spreadParts(FIGURES.mse, spreadOf([0.0465, 0.0475]))).toEqual(['0.04700', '7.1e−4']);
  expect(spreadParts(FIGURES.l0, spreadOf([31]))).toEqual(['31.0']);
  expect(spreadParts(FIGURES.l0, spreadOf([Infinity, 1]))).toEqual(['∞']);
  expect(spreadParts(FIGURES.l0, spreadOf([]))).toEqual(['–']);
});
