import { expect, test } from 'vitest';
import { wilsonInterval } from './wilson.ts';

test('agrees with published values', () => {
  // As statsmodels gives them.
  expect(wilsonInterval(0.5, 10)!.low).toBeCloseTo(0.2366, 4);
  expect(wilsonInterval(0.5, 10)!.high).toBeCloseTo(0.7634, 4);
  expect(wilsonInterval(0, 10)).toEqual({ low: 0, high: expect.closeTo(0.2775, 4) as number });
  expect(wilsonInterval(1, 10)).toEqual({ low: expect.closeTo(0.7225, 4) as number, high: 1 });
  expect(wilsonInterval(0.5, 0)).toBeUndefined();
});
