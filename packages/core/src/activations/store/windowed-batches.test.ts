import { describe, expect, it } from 'vitest';
import { errorOf, storeOfKnownRows, temporaryFolder } from '../test-support.ts';
import type { ActivationStore } from './activation-store.ts';
import type { BatchStream } from './batch-stream.ts';
import type { Split } from './holdout.ts';
import { openWindowedBatches, type WindowSource } from './windowed-batches.ts';

const ALL: Split = { holdout: 0, seed: 0, part: 'train' };
const TRAIN: Split = { holdout: 0.3, seed: 0, part: 'train' };
const ROWS = 3000;
const WINDOW = 1100;
/** Twice 2 blocks of 64 rows of 2 numbers: several chunks per window. */
const SMALL_BUFFER = 2 * 2 * 64 * 2 * 4;
const OPTIONS = { batchSize: 100, split: ALL, seed: 1, windowRows: WINDOW };

const store = (shardRows = 700): Promise<ActivationStore> =>
  storeOfKnownRows(temporaryFolder(), { rows: ROWS, dIn: 2, shardRows });

async function rowsOf(stream: BatchStream, batches: number): Promise<number[]> {
  const rows: number[] = [];
  for (let i = 0; i < batches; i++) {
    const batch = await stream.next();
    for (let row = 0; row < batch.length; row += 2) {
      expect(batch[row + 1]).toBe(batch[row]! + 0.5);
      rows.push(batch[row]!);
    }
  }
  return rows;
}

const windowsIn = (rows: readonly number[]): number[] => [
  ...new Set(rows.map((row) => Math.floor(row / WINDOW))),
];

describe.each([
  ['several chunks', SMALL_BUFFER],
  ['one chunk', undefined],
])('batches shuffled in windows of %s', (_, bufferBytes) => {
  it('take each row at most once per epoch, one window after the other', async () => {
    // 11 batches in each of two windows, 8 in the last one.
    const stream = (await store()).trainingBatches({ ...OPTIONS, bufferBytes });
    const epochs = [await rowsOf(stream, 30), await rowsOf(stream, 30)];
    for (const rows of epochs) {
      expect(new Set(rows).size).toBe(ROWS);
      expect([rows.slice(0, 1100), rows.slice(1100, 2200), rows.slice(2200)].map(windowsIn)).toEqual([
        [0],
        [1],
        [2],
      ]);
    }
    expect(epochs[0]).not.toEqual(epochs[1]);
    await stream.close();
  });

  it('do not depend on where the shards begin', async () => {
    const [a, b] = await Promise.all([store(700), store(64)]);
    const options = { ...OPTIONS, split: TRAIN, bufferBytes };
    expect(await rowsOf(a.trainingBatches(options), 45)).toEqual(
      await rowsOf(b.trainingBatches(options), 45),
    );
  });

  it('leave out rows that do not fill a batch at the end of a window', async () => {
    const stream = (await store()).trainingBatches({ ...OPTIONS, batchSize: 300, bufferBytes });
    const rows = await rowsOf(stream, 3 + 3 + 2 + 1);
    expect(rows.map((row) => Math.floor(row / WINDOW)).filter((_row, i) => i % 300 === 0)).toEqual([
      0, 0, 0, 1, 1, 1, 2, 2, 0,
    ]);
  });

  it('continue at any position, and after a look at the next rows', async () => {
    const activations = await store();
    const options = { ...OPTIONS, split: TRAIN, bufferBytes };
    const expected = await rowsOf(activations.trainingBatches(options), 40);
    let position: ReturnType<BatchStream['position']> | undefined;
    const rows: number[] = [];
    for (let i = 0; i < 40; i++) {
      const stream = activations.trainingBatches({ ...options, position });
      if (i === 0)
        expect([...(await stream.peek(150))].filter((_row, at) => at % 2 === 0)).toEqual(
          expected.slice(0, 150),
        );
      rows.push(...(await rowsOf(stream, 1)));
      position = stream.position();
      await stream.close();
    }
    expect(rows).toEqual(expected);
    // The second pass.
    expect(position?.epoch).toBe(1);
  });
});

it('waits before a window that is not on disk, and continues when it is', async () => {
  const activations = await store();
  const expected = await rowsOf(activations.trainingBatches(OPTIONS), 33);
  const { folder, manifest, dIn } = activations;
  const source = (available: number, perEpoch: number): WindowSource => ({
    dIn,
    find: async (window) => {
      if (window >= perEpoch) return 'none';
      const first = window * WINDOW;
      return window < available
        ? { folder, manifest, first, rows: Math.min(WINDOW, ROWS - first) }
        : 'pending';
    },
  });
  const stream = openWindowedBatches(source(1, Infinity), OPTIONS);
  const rows = await rowsOf(stream, 11);
  expect(await stream.ready()).toBe(false);
  const position = stream.position();
  expect(position).toMatchObject({ chunk: 0, row: 0, window: { index: 1, rows: WINDOW, perEpoch: null } });
  const later = openWindowedBatches(source(3, 3), { ...OPTIONS, position });
  rows.push(...(await rowsOf(later, 22)));
  expect(rows).toEqual(expected);
  expect(later.position().window).toEqual({ index: 0, rows: WINDOW, perEpoch: 3 });
});

it('refuses a position of another order', async () => {
  const activations = await store();
  const position = activations.trainingBatches(OPTIONS).position();
  for (const other of [{ windowRows: 500 }, { seed: 2 }, { windowRows: undefined }]) {
    const error = await errorOf(() => activations.trainingBatches({ ...OPTIONS, position, ...other }));
    expect(error.code).toBe('activations.other-stream');
  }
});

it('refuses a split without rows', async () => {
  const activations = await store();
  const split = { holdout: 1e-9, seed: 0, part: 'held-out' } as const;
  expect((await errorOf(() => activations.trainingBatches({ ...OPTIONS, split }).next())).code).toBe(
    'activations.empty-split',
  );
});

it('sees only its beginning, apart from training', async () => {
  const activations = await store();
  const beginning = activations.beginning(1000);
  expect(beginning.rows).toBe(1000);
  expect(await beginning.countRows(ALL)).toBe(1000);
  expect((await beginning.statistics(ALL)).mean[0]).toBe(499.5);
  const other = await storeOfKnownRows(temporaryFolder(), { rows: 1000, dIn: 2, shardRows: 300 });
  expect(await beginning.countRows(TRAIN)).toBe(await other.countRows(TRAIN));
  expect(await beginning.statistics(TRAIN)).toEqual(await other.statistics(TRAIN));
});
