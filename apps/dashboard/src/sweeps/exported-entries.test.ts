import { expect, test } from 'vitest';
import { COLUMNS } from './columns.ts';
import { entriesOf } from './entries.ts';
import { exportedEntries } from './exported-entries.ts';
import type { RunRow } from './run-row.ts';

const row = (seed: number, figures: RunRow['figures'], commit: string | null): RunRow => ({
  id: 10 + seed,
  configuration: 0,
  variant: 'topk',
  versionedVariant: 'topk',
  mathVersion: 1,
  coefficient: 'k=8',
  coefficientValue: 8,
  hook: 'h',
  width: 64,
  seed,
  status: seed === 2 ? 'failed' : 'finished',
  step: 20,
  totalSteps: 20,
  cancelling: false,
  figures,
  seconds: 1,
  problem: null,
  commit,
});

const rows = [row(0, { l0: 7 }, 'abc'), row(1, { l0: 9 }, 'def'), row(2, {}, 'abc')];
const columns = ['variant', 'seed', 'status', 'l0'].map((key) =>
  COLUMNS.find((column) => column.key === key)!,
);

test('a run is exported with all digits, and the caption has the filters and commits', () => {
  const table = exportedEntries(entriesOf(rows, false), { sweep: 'a/b "ç"', columns, filters: ['width 64'] });
  expect(table.name).toBe('a-b-ç-');
  expect(table.caption).toBe('Sweep “a/b "ç"”, width 64; n = 3 runs; commits abc, def.');
  expect(table.records[1]).toEqual({
    runs: '11',
    hook: 'h',
    width: 64,
    variant: 'topk',
    seed: 1,
    status: 'finished',
    l0: 9,
  });
  expect(table.rows[2]).toEqual(['topk', '2', 'failed', '–']);
});

test('a mean over seeds is exported with its deviation and its number of runs', () => {
  const [record] = exportedEntries(entriesOf(rows, true), { sweep: 's', columns }).records;
  expect(record).toMatchObject({
    runs: '10 11 12',
    seed: '0 1 2',
    status: '2 finished, 1 failed',
    l0: 8,
    'l0.deviation': Math.SQRT2,
    'l0.n': 2,
  });
});
