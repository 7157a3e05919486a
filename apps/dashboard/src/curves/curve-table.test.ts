import { bucketSize, fill } from '@sae-lab/db/buckets';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { appended, joined, tableOf, type CurveTable, type CurveWindow } from './curve-table.ts';

/** Of each run: the steps that it has, and how many of them were there at first. */
const runs = fc.array(
  fc.record({
    steps: fc
      .uniqueArray(fc.nat(400), { minLength: 1, maxLength: 60 })
      .map((all) => all.toSorted((a, b) => a - b)),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 3 },
);
const windows = fc.record({
  from: fc.constantFrom(0, 37),
  until: fc.constantFrom(undefined, 300),
  buckets: fc.integer({ min: 4, max: 40 }),
});

const valueAt = (step: number) => (step % 7 === 3 ? Number.NaN : Math.sin(step));

/** What a reader gets who asks now. */
function read(steps: readonly (readonly number[])[], window: CurveWindow): CurveTable {
  const inside = steps.flatMap((all) =>
    all.filter((step) => step >= window.from && step < (window.until ?? Infinity)),
  );
  const size = inside.length === 0 ? 1 : bucketSize(Math.min(...inside), Math.max(...inside), window.buckets);
  const sentRuns = steps.flatMap((all, id) => {
    const points = { steps: all, values: all.map(valueAt) };
    const { from, until } = window;
    const buckets = fill([], points, { size, from, ...(until !== undefined && { until }) });
    const of = (key: 'last' | 'min' | 'max') =>
      buckets.map((bucket) => (Number.isNaN(bucket[key]) ? null : bucket[key]));
    const columns = { last: of('last'), min: of('min'), max: of('max') };
    const at = buckets.map(({ start }) => start / size);
    return buckets.length === 0 ? [] : [{ id, end: all.at(-1)!, at, ...columns }];
  });
  return tableOf({ curve: 'loss', size, runs: sentRuns }, [...steps.keys()], window);
}

test('a table that grows is the one that is read again, whatever its window', () => {
  fc.assert(
    fc.property(runs, windows, (given, window) => {
      const heads = given.map(({ steps, share }) => steps.slice(0, Math.floor(share * steps.length)));
      const tails = given.map(({ steps }, run) => {
        // A step that the reader has is sent again: another window of the page still lacks it.
        const after = heads[run]!.slice(0, -1);
        const rest = steps.slice(after.length);
        return { run, curve: 'loss', steps: rest, values: rest.map(valueAt), end: steps.at(-1)! };
      });
      const grown = appended(read(heads, window), tails, window);
      const again = read(
        given.map(({ steps }) => steps),
        window,
      );
      const bucketsOf = ({ size, runs: series }: CurveTable) => ({
        size,
        buckets: [...series].map(([id, { buckets }]) => [id, buckets]),
      });
      expect(bucketsOf(grown)).toEqual(bucketsOf(again));
    }),
  );
});

test('runs that are read later share the larger buckets', () => {
  const window = { from: 0, until: undefined, buckets: 4 };
  const short = read([[0, 1, 2, 3]], window);
  const long = tableOf(
    { curve: 'loss', size: 4, runs: [{ id: 9, end: 12, at: [0, 3], last: [1, 2] }] },
    [9, 10],
    window,
  );
  const both = joined(short, long);
  expect(both.size).toBe(4);
  expect(both.runs.get(0)!.buckets).toMatchObject([{ start: 0 }]);
  expect([...both.runs.keys()]).toEqual([0, 9, 10]);
  expect(both.runs.get(10)).toEqual({ buckets: [], end: -1 });
});
