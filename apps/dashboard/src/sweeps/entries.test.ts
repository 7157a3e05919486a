import { ALL_FIGURES } from '@sae-lab/measures';
import { expect, test } from 'vitest';
import { COLUMNS, columnsOf, firstDirection, sharedBy, sortEntries, type FigureChoice } from './columns.ts';
import { emptyText } from './empty-text.ts';
import { entriesOf } from './entries.ts';
import type { RunRow } from './run-row.ts';

let ids = 0;
function row(given: Partial<RunRow> = {}): RunRow {
  ids += 1;
  return {
    id: ids,
    configuration: 0,
    variant: 'topk',
    versionedVariant: given.variant ?? 'topk',
    mathVersion: 1,
    coefficient: 'k=8',
    coefficientValue: 8,
    hook: 'blocks.1.hook_mlp_out',
    width: 64,
    seed: 0,
    cancelling: false,
    status: 'finished',
    step: 20,
    totalSteps: 20,
    figures: {},
    seconds: 1,
    problem: null,
    commit: null,
    ...given,
  };
}

test('runs that differ only in their seed are one entry, with mean and sample deviation', () => {
  const rows = [1, 2, 3].map((l0, seed) => row({ seed, figures: { l0 } }));
  const [entry, ...others] = entriesOf(
    [...rows, row({ configuration: 1, width: 128, status: 'running', figures: {} })],
    true,
  );
  expect(entry).toMatchObject({
    counts: { finished: 3 },
    step: 20,
    totalSteps: 20,
    figures: { l0: { n: 3, mean: 2, deviation: 1 } },
  });
  expect(others).toMatchObject([{ width: 128, figures: { l0: { n: 0, mean: null, deviation: null } } }]);
  expect(entriesOf(rows, false)).toHaveLength(3);
});

test('runs of different configurations are different entries, even if they look alike', () => {
  const entries = entriesOf([row(), row({ configuration: 1 })], true);
  expect(entries.map(({ runs }) => runs.length)).toEqual([1, 1]);
  expect(new Set(entries.map(({ key }) => key)).size).toBe(2);
});

test('a run without a figure does not count in its mean', () => {
  const finished = row({ figures: { mse: 3 } });
  for (const without of [row({ status: 'failed' }), row({ figures: { l0: 1 } })]) {
    expect(entriesOf([finished, without], true)[0]!.figures.mse).toEqual({ n: 1, mean: 3, deviation: null });
  }
});

test('missing values come last in both directions, infinities at their end', () => {
  const values = [2, Number.NaN, Infinity, undefined, -Infinity, 1];
  const entries = entriesOf(
    values.map((mse) => row({ figures: mse === undefined ? {} : { mse } })),
    false,
  );
  const order = (direction: 'asc' | 'desc') =>
    sortEntries(entries, 'mse', direction).map(({ figures }) => figures.mse.mean);
  expect(order('asc')).toEqual([-Infinity, 1, 2, Infinity, null, null]);
  expect(order('desc')).toEqual([Infinity, 2, 1, -Infinity, null, null]);
});

test('names sort by the numbers in them; no column keeps the sweep’s order', () => {
  const entries = entriesOf(
    ['blocks.10.x', 'blocks.2.x', 'blocks.1.x'].map((hook) => row({ hook })),
    false,
  );
  expect(sortEntries(entries, 'hook', 'asc').map(({ hook }) => hook)).toEqual([
    'blocks.1.x',
    'blocks.2.x',
    'blocks.10.x',
  ]);
  expect(sortEntries(entries, null, 'desc')).toEqual(entries);
  for (const { key } of COLUMNS) expect(sortEntries(entries, key, 'asc')).toHaveLength(3);
});

test('optional figures have columns only where some run has them; all figures have one on request', () => {
  const keys = (rows: readonly RunRow[], choice: FigureChoice = 'main') =>
    columnsOf(entriesOf(rows, false), choice).map(({ key }) => key);
  const plain = row({ figures: { l0: 8 } });
  expect(keys([plain])).not.toContain('mmcs');
  expect(keys([])).not.toContain('recovered');
  expect(keys([plain])).not.toContain('l1');
  const other = row({ hook: 'other', width: 8, step: 3, figures: { l0: 8, mmcs: 0.9, recovered: 0.7 } });
  const both = [plain, other];
  expect(keys(both).slice(-3)).toEqual(['mmcs', 'recovered', 'seconds']);
  const complete = row({ figures: Object.fromEntries(ALL_FIGURES.map(({ key }) => [key, 1])) });
  expect(keys([complete], 'all')).toEqual(COLUMNS.map(({ key }) => key));
});

test('what all rows share has no column, and is written once', () => {
  const keys = (rows: readonly RunRow[]) => columnsOf(entriesOf(rows, false), 'main').map(({ key }) => key);
  const alike = [row(), row({ coefficient: 'k=16' })];
  expect(keys(alike).slice(0, 4)).toEqual(['variant', 'coefficient', 'seed', 'status']);
  expect(sharedBy(entriesOf(alike, false)).texts).toEqual(['blocks.1.hook_mlp_out', 'width 64', '20 steps']);
  expect(keys([row(), row({ hook: 'other' })])).toContain('hook');
  expect(keys([row(), row({ width: 8 })])).toContain('width');
  // As long as a run trains, its steps are news.
  expect(keys([row({ step: 3 }), row({ step: 3 })])).toContain('progress');
  expect(keys([row()])).toEqual(expect.arrayContaining(['hook', 'width', 'progress']));
});

test('a chart without points says why', () => {
  const text = (...statuses: RunRow['status'][]) =>
    emptyText(
      entriesOf(
        statuses.map((status) => row({ status })),
        false,
      ),
    );
  expect(text('queued', 'diverged')).toMatch(/^No run has finished yet/);
  expect(text('diverged', 'diverged')).toBe(
    'No run has finished: 2 diverged. “Failures” says what to change.',
  );
  expect(text('cancelled')).toBe('No run has finished: 1 cancelled. Retry them above.');
  expect(text('interrupted', 'failed')).toBe(
    'No run has finished: 1 interrupted, 1 failed. Start the sweep again to continue.',
  );
  expect(text('finished')).toMatch(/no L0/);
  expect(text()).toMatch(/^There are no runs\. .*start it again\.$/);
});

test('a first click on a heading puts the best first', () => {
  const figures = ['l0', 'mse', 'dead_fraction', 'seconds', 'explained_variance', 'cosine', 'mmcs', 'width'];
  expect(figures.map(firstDirection)).toEqual(['asc', 'asc', 'asc', 'asc', 'desc', 'desc', 'desc', 'asc']);
});
