import { expect, test } from 'vitest';
import { steadyRange, xRange } from './axis-range.ts';
import type { CurveRun } from './curve-run.ts';
import { shownRange } from './curve-view.ts';

const run = (given: Partial<CurveRun>): CurveRun => ({
  id: 1,
  label: 'topk',
  totalSteps: 1000,
  stepTokens: 10,
  stepSeconds: null,
  growing: true,
  ...given,
});

const table = (end: number, size = 4) => ({
  size,
  runs: new Map([
    [
      1,
      {
        end,
        buckets: [
          { start: 0, min: 0, max: 0, last: 0 },
          { start: 4, min: 1, max: 1, last: 1 },
        ],
      },
    ],
  ]),
});

test('the axis of a run that trains has room for all of its steps', () => {
  for (const end of [7, 500]) expect(xRange([run({})], [table(end)], 'step', 'linear')).toEqual([0, 1000]);
  expect(xRange([run({})], [table(7)], 'tokens', 'linear')).toEqual([0, 10_000]);
  // A log axis starts at the first point that it can show.
  expect(xRange([run({})], [table(7)], 'step', 'log')).toEqual([4, 1000]);
  expect(xRange([run({ growing: false })], [table(7)], 'step', 'linear')).toEqual([0, 7]);
  // Of unknown length, it grows by 32 buckets.
  const unknown = [run({ totalSteps: null })];
  for (const end of [7, 127]) expect(xRange(unknown, [table(end)], 'step', 'linear')).toEqual([0, 128]);
  expect(xRange(unknown, [table(128)], 'step', 'linear')).toEqual([0, 256]);
  expect(xRange([run({})], [table(7)], 'time', 'linear')).toEqual([0, 1]);
});

test('an axis stays where it is while the values fit', () => {
  expect(steadyRange(undefined, [1, 2], 'linear')).toEqual([1, 2]);
  expect(steadyRange([0, 10], [1, 9], 'linear')).toEqual([0, 10]);
  // One end moves.
  expect(steadyRange([0, 10], [1, 12], 'linear')).toEqual([0, 12]);
  // The values became a small part of it.
  expect(steadyRange([0, 10], [1, 3], 'linear')).toEqual([1, 3]);
  expect(steadyRange([0, 10], [50, 60], 'linear')).toEqual([50, 60]);
  expect(steadyRange([1, 1e4], [1, 1e3], 'log')).toEqual([1, 1e4]);
});

test('a log axis starts above 0, whatever the address says', () => {
  expect(shownRange(undefined, [1, 9], 'log')).toEqual([1, 9]);
  expect(shownRange([0, 3], [1, 9], 'log')).toEqual([1, 3]);
  expect(shownRange([0, 0.5], [1, 9], 'log')).toEqual([0.25, 0.5]);
  expect(shownRange([0, 3], [1, 9], 'linear')).toEqual([0, 3]);
});
