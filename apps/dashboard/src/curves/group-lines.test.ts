import { expect, test } from 'vitest';
import { unitsOf, type CurveRun } from './curve-run.ts';
import type { CurveTable } from './curve-table.ts';
import { windowOf } from './curve-view.ts';
import { groupLines } from './group-lines.ts';
import { plotData } from './plot-data.ts';

const run = (id: number, given: Partial<CurveRun> = {}): CurveRun => ({
  id,
  label: `run ${id}`,
  totalSteps: 8,
  stepTokens: 100,
  stepSeconds: null,
  growing: false,
  ...given,
});

const table = (series: Record<number, readonly number[]>): CurveTable => ({
  size: 2,
  runs: new Map(
    Object.entries(series).map(([id, values]) => [
      Number(id),
      {
        end: 2 * values.length - 1,
        buckets: values.map((last, at) => ({ start: 2 * at, min: last - 1, max: last + 1, last })),
      },
    ]),
  ),
});

const options = { over: 'step', weight: 0 } as const;

test('a group of several runs has their mean with its interval, a single run the range of its buckets', () => {
  const groups = [
    { name: 'a', color: 'red', runs: [run(1), run(2)] },
    { name: 'b', color: 'blue', runs: [run(3)] },
    { name: 'c', color: 'green', runs: [run(4)] },
  ];
  const lines = groupLines(groups, table({ 1: [4, 6], 2: [8], 3: [1, Number.NaN, 3] }), options);
  expect(lines.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(lines[0]!.mean).toMatchObject([
    { x: 0, n: 2, mean: 6 },
    { x: 2, n: 1, mean: 6 },
  ]);
  expect(lines[1]!.mean).toEqual([
    { x: 0, n: 1, mean: 1, low: 0, high: 2 },
    { x: 4, n: 1, mean: 3, low: 2, high: 4 },
  ]);

  const shown = { xScale: 'linear', yScale: 'linear', showsRuns: (group: string) => group === 'a' } as const;
  const drawn = plotData(lines, shown);
  expect(drawn.x).toEqual([0, 2, 4]);
  expect(drawn.lines.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
    'run run 1',
    'run run 2',
    'edge a',
    'edge a',
    'main a',
    'edge b',
    'edge b',
    'main b',
  ]);
  // Null is a gap, undefined a place without a point.
  expect(drawn.lines.at(-1)!.values).toEqual([1, null, 3]);
  expect(drawn.lines[1]!.values).toEqual([8, undefined, undefined]);
  expect(drawn.gaps).toBe(1);
  expect(plotData(lines, { ...shown, showsRuns: () => false }).lines).toHaveLength(6);
  // A log scale has no 0.
  expect(plotData(lines, { ...shown, xScale: 'log' }).x).toEqual([2, 4]);
});

test('a mean ends where fewer than half of the runs of its group are left', () => {
  const groups = [{ name: 'a', color: 'red', runs: [run(1), run(2), run(3)] }];
  const [lines] = groupLines(groups, table({ 1: [1], 2: [2, 3], 3: [3, 5, 100] }), options);
  expect(lines!.mean.map(({ n, mean }) => [n, mean])).toEqual([
    [3, 2],
    [2, 4],
  ]);
});

test('over tokens, runs of different batch sizes share buckets', () => {
  const groups = [{ name: 'a', color: 'red', runs: [run(1), run(2, { stepTokens: 50 })] }];
  const [lines] = groupLines(groups, table({ 1: [4, 6], 2: [1, 2, 3, 4] }), { over: 'tokens', weight: 0 });
  expect(lines!.members.map(({ line }) => line)).toEqual([
    [
      { x: 0, y: 4 },
      { x: 200, y: 6 },
    ],
    // Two of its buckets make one; the later value counts.
    [
      { x: 0, y: 2 },
      { x: 200, y: 4 },
    ],
  ]);
  expect(groupLines(groups, table({ 1: [4] }), { over: 'time', weight: 0 })).toEqual([]);
});

test('over time, points are where their steps were completed', () => {
  // Two seconds for the first two steps, eight for the next two; an interruption of 90 s before them.
  const clock = { steps: [0, 2, 2, 4], trained: [0, 2, 2, 10], wall: [0, 2, 92, 100] };
  const clocked = run(1, { clock });
  const xs = (over: 'time' | 'wall', runs: CurveRun[]) =>
    groupLines([{ name: 'a', color: 'red', runs }], table({ 1: [1, 2, 3], 2: [1, 2, 3] }), {
      over,
      weight: 0,
    })[0]!.mean.map(({ x }) => x);
  expect(xs('time', [clocked])).toEqual([0, 2, 10]);
  expect(xs('wall', [clocked])).toEqual([0, 92, 100]);
  // With others, in buckets of the mean time of two steps: 5 s.
  expect(xs('time', [clocked, run(2, { stepSeconds: 2.5 })])).toEqual([0, 5, 10]);
  expect(unitsOf([run(1), clocked])).toEqual(['step', 'tokens', 'time', 'wall']);
  expect(unitsOf([run(1)])).toEqual(['step', 'tokens']);
  // A part of time names the steps that were trained in it.
  expect(windowOf([3, 9], 'time', [clocked], 100)).toMatchObject({ from: 2, until: 5 });
  expect(windowOf([10, 80], 'wall', [clocked], 100)).toMatchObject({ from: 2, until: 3 });
});

test('a smoothed line has its raw one behind, and no range', () => {
  const groups = [{ name: 'a', color: 'red', runs: [run(1)] }];
  const [lines] = groupLines(groups, table({ 1: [0, 3] }), { over: 'step', weight: 0.5 });
  expect(lines!.members[0]!.raw.map(({ y }) => y)).toEqual([0, 3]);
  expect(lines!.mean.every(({ low, mean, high }) => low === mean && mean === high)).toBe(true);
  const { lines: drawn } = plotData([lines!], { xScale: 'linear', yScale: 'linear', showsRuns: () => true });
  expect(drawn.map(({ kind }) => kind)).toEqual(['raw', 'main']);
});
