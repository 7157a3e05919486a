import { expect, test } from 'vitest';
import { barsOf, frameOf } from './bars.ts';

test('bars are shares of the total, dead latents included', () => {
  const bars = barsOf({ edges: [-3, -2, -1, 0], counts: [0, 6, 2] }, 8);
  expect(bars).toMatchObject({ dead: 8, deadShare: 0.5, total: 16 });
  expect(bars.bins).toEqual([
    { from: -2, to: -1, count: 6, share: 0.375 },
    { from: -1, to: 0, count: 2, share: 0.125 },
  ]);
});

test('all histograms share a frame, empty ones included', () => {
  const one = barsOf({ edges: [0, 1, 2], counts: [1, 0] }, 0);
  const other = barsOf({ edges: [0, 5, 10], counts: [1, 3] }, 0);
  const none = barsOf({ edges: [0, 1], counts: [0] }, 0);
  expect(frameOf([one, other, none])).toEqual({ low: 0, high: 10, most: 1, hasDead: false });
  expect(frameOf([none])).toEqual({ low: 0, high: 1, most: 1, hasDead: false });
});
