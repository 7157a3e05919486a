import { beforeAll, expect, test } from 'vitest';
import { parseFilter } from '../../filter/parse.ts';
import { newRun } from '../../testing/sample-rows.ts';
import { useTestDatabase } from '../../testing/use-test-database.ts';
import { enqueueRuns } from '../enqueue-runs.ts';
import { saveResult } from '../results.ts';
import { startRun } from '../run-lifecycle.ts';
import { upsertSweep } from '../sweeps.ts';
import type { GroupCell, RunGroup } from './group-cells.ts';
import { groupedRuns } from './grouped-runs.ts';
import { runTableKeys } from './run-table-keys.ts';
import { runTableIds, type RunTableRow } from './run-table.ts';
import { summariseKey } from './summarise-key.ts';

const server = useTestDatabase();

/** Three configurations with seeds 0 to 3: of `topk` with k 8 and k 16, and of `gated`, which never ran. */
const SAMPLES = [
  { variant: 'topk', hyper: { k: 8 }, offset: 10 },
  { variant: 'topk', hyper: { k: 16 }, offset: 20 },
  { variant: 'gated', hyper: { l1: 0.5 }, offset: undefined },
];
const SEEDS = 4;

beforeAll(async () => {
  const { db } = server;
  const sweep = { name: 'groups', definitionHash: 'groups', definition: {}, file: 'f', source: '' };
  const { id: sweepId } = await upsertSweep(db, sweep);
  for (const { variant, hyper, offset } of SAMPLES) {
    for (let seed = 0; seed < SEEDS; seed++) {
      const config = { hyper, seed, training: { steps: 10 } };
      const [run] = await enqueueRuns(db, sweepId, [newRun({ variant, hyper, seed, hook: 'h', config })]);
      if (offset === undefined) continue;
      const attempt = (await startRun(db, run!.id, { provenance: {}, totalSteps: 10 }))!;
      // Seed 3 has no L0.
      const figures = { l0: seed === 3 ? Number.NaN : offset + seed, mse: 1 };
      const rest = { histograms: [], artifacts: [], seconds: 1, finalStep: 10 };
      await saveResult(db, { runId: run!.id, attempt, figures, ...rest });
    }
  }
});

interface Asked {
  readonly by?: readonly string[];
  readonly open?: readonly number[];
  readonly filter?: string;
  readonly columns?: readonly string[];
  readonly order?: { key: string; direction: 'asc' | 'desc' };
  readonly offset?: number;
  readonly limit?: number;
}

async function grouped({ by = ['configuration'], open = [], filter = '', ...asked }: Asked) {
  const parsed = parseFilter(filter);
  if (parsed.problem) throw parsed.problem.error;
  const keys = await runTableKeys(server.db);
  const rest = { columns: [], offset: 0, limit: 100, ...asked };
  return groupedRuns(server.db, { keys, filter: parsed.value, grouping: { by, open, listed: 5 }, ...rest });
}

/** `g5` for the group of run 5, `6` for a member. */
const shapeOf = (rows: readonly (RunGroup | RunTableRow)[]): string =>
  rows.map((row) => ('group' in row ? `g${row.group}` : row.id)).join(' ');

async function cellsOf(asked: Asked): Promise<Record<string, GroupCell>[]> {
  const { rows } = await grouped(asked);
  return rows.map((row) =>
    Object.fromEntries(asked.columns!.map((column, index) => [column, row.cells[index] as GroupCell])),
  );
}

test('runs that differ only in their seed form a group, in the usual order of runs', async () => {
  const page = await grouped({});
  expect(page).toMatchObject({ total: 3, groups: 3, runs: 12 });
  // By variant, then by k as a number: 8 before 16.
  expect(shapeOf(page.rows)).toBe('g9 g1 g5');
  expect(page.rows[0]).toMatchObject({ size: 4, members: [9, 10, 11, 12] });
  // Too many to list.
  expect((await grouped({ by: ['sweep'] })).rows[0]).toMatchObject({ size: 12, members: null });
});

test('a group has the mean and deviation of measured numbers, and what else its runs agree on', async () => {
  const columns = ['l0', 'mse', 'variant', 'hyper.k', 'seed', 'status', 'hash', 'sweep', 'tag', 'error'];
  const [gated, eight] = await cellsOf({ columns });
  expect(eight).toEqual({
    l0: { n: 3, mean: 11, deviation: 1 },
    mse: { n: 4, mean: 1, deviation: 0 },
    variant: { value: 'topk' },
    'hyper.k': { value: 8 },
    seed: { low: 0, high: 3 },
    status: { value: 'finished' },
    hash: { values: 4 },
    sweep: { value: ['groups'] },
    tag: null,
    error: null,
  });
  expect(gated).toMatchObject({ l0: null, 'hyper.k': null, status: { value: 'queued' } });
  const [all] = await cellsOf({ by: ['sweep'], columns: ['status', 'hyper.k', 'variant', 'finished'] });
  expect(all).toMatchObject({
    status: { statuses: { finished: 8, queued: 4 } },
    // 8, 16 and missing.
    'hyper.k': { values: 3 },
    variant: { values: 2 },
    finished: { low: expect.any(Number) as number, high: expect.any(Number) as number },
  });
  const [topk] = await cellsOf({ by: ['variant'], filter: 'variant = topk', columns: ['hyper.k', 'l0'] });
  expect(topk).toMatchObject({ 'hyper.k': { low: 8, high: 16 }, l0: { n: 6, mean: 16 } });
});

test('groups are sorted by their mean, and members within them', async () => {
  const order = { key: 'l0', direction: 'asc' } as const;
  expect(shapeOf((await grouped({ order })).rows)).toBe('g1 g5 g9');
  expect(shapeOf((await grouped({ order, open: [5] })).rows)).toBe('g1 g5 5 6 7 8 g9');
  const descending = { key: 'l0', direction: 'desc' } as const;
  expect(shapeOf((await grouped({ order: descending, open: [5] })).rows)).toBe('g5 7 6 5 8 g1 g9');
  expect(shapeOf((await grouped({ order: { key: 'variant', direction: 'asc' } })).rows)).toBe('g9 g1 g5');
  // The mean of 1 and 5 is less than 4, though their greatest is more.
  const means = { by: ['seed'], filter: 'id in (1, 4, 5)', order: { key: 'id', direction: 'asc' } } as const;
  expect(shapeOf((await grouped(means)).rows)).toBe('g1 g4');
});

test('pages cut through groups and their members', async () => {
  const asked = { open: [9, 1], columns: ['seed'] };
  const all = await grouped(asked);
  expect(all.total).toBe(11);
  const pages = [];
  for (let offset = 0; offset < 12; offset += 3) {
    pages.push(...(await grouped({ ...asked, offset, limit: 3 })).rows);
  }
  expect(pages).toEqual(all.rows);
  expect(shapeOf(pages)).toBe('g9 9 10 11 12 g1 1 2 3 4 g5');
});

test('a filter leaves out runs, not the groups of the others', async () => {
  const page = await grouped({ filter: 'seed > 1 and variant = topk', open: [7] });
  expect(page).toMatchObject({ groups: 2, runs: 4 });
  expect(shapeOf(page.rows)).toBe('g3 g7 7 8');
});

test('groups by several keys, and refuses one that no run has', async () => {
  expect((await grouped({ by: ['variant', 'seed'] })).groups).toBe(8);
  expect((await grouped({ by: ['hyper.k', 'status'] })).groups).toBe(3);
  await expect(grouped({ by: ['variants'] })).rejects.toMatchObject({
    code: 'filter.unknown-key',
    details: { field: 'group' },
  });
});

test('lists the ids of a filter in order', async () => {
  const keys = await runTableKeys(server.db);
  const order = { key: 'seed', direction: 'asc' } as const;
  const ids = (more: object) => runTableIds(server.db, { keys, offset: 0, limit: 100, ...more });
  expect(await ids({ limit: 3, offset: 1 })).toEqual([10, 11, 12]);
  expect((await ids({ order })).slice(0, 4)).toEqual([9, 1, 5, 10]);
});

test('a range in a list of numbers stands for all of them', async () => {
  expect((await grouped({ filter: 'id in (2-4, 12)', by: ['id'] })).runs).toBe(4);
  await expect(grouped({ filter: 'id in (4-2)' })).rejects.toMatchObject({ code: 'filter.bad-value' });
  await expect(grouped({ filter: 'id = 2-4' })).rejects.toMatchObject({ code: 'filter.bad-value' });
});

test('summarises the values of a key', async () => {
  const keys = await runTableKeys(server.db);
  const of = (key: string, most = 10) => summariseKey(server.db, { keys, key, most });
  expect(await of('variant')).toEqual({ values: ['gated', 'topk'], more: 0, range: null });
  expect(await of('k')).toEqual({ values: ['8', '16'], more: 0, range: [8, 16] });
  expect(await of('l0', 2)).toEqual({ values: ['10', '11'], more: 4, range: [10, 22] });
  expect(await of('tag')).toEqual({ values: [], more: 0, range: null });
  expect((await of('queued')).range).toEqual([expect.any(Number), expect.any(Number)]);
});
