import { describe, expect, it } from 'vitest';
import { errorOf, storeOfKnownRows, temporaryFolder } from '../test-support.ts';
import type { ActivationStore } from './activation-store.ts';
import type { BatchStreamOptions } from './batch-stream.ts';
import type { Split } from './holdout.ts';

const ALL: Split = { holdout: 0, seed: 0, part: 'train' };
const ROWS = 3000;
/** Twice 8 blocks of 64 rows of 2 numbers, which makes six chunks per epoch. */
const SMALL_BUFFER = 2 * 8 * 64 * 2 * 4;

const store = (): Promise<ActivationStore> =>
  storeOfKnownRows(temporaryFolder(), { rows: ROWS, dIn: 2, shardRows: 700 });

/** The row numbers of the next batches. */
async function rowsOf(
  activations: ActivationStore,
  batches: number,
  options: Partial<BatchStreamOptions> = {},
): Promise<number[]> {
  const stream = activations.trainingBatches({ batchSize: 100, split: ALL, seed: 1, ...options });
  const rows: number[] = [];
  for (let i = 0; i < batches; i++) {
    const batch = await stream.next();
    for (let row = 0; row < batch.length; row += 2) {
      expect(batch[row + 1]).toBe(batch[row]! + 0.5);
      rows.push(batch[row]!);
    }
  }
  await stream.close();
  return rows;
}

/** Ten rows per document. */
const documentsOf = (rows: number[]): Set<number> => new Set(rows.map((row) => Math.floor(row / 10)));

describe.each([
  ['several chunks', SMALL_BUFFER],
  ['one chunk', undefined],
])('a stream of training batches in %s', (_, bufferBytes) => {
  it('returns every row once per epoch, in a different order each time', async () => {
    const rows = await rowsOf(await store(), 60, { bufferBytes });
    const epochs = [rows.slice(0, ROWS), rows.slice(ROWS)];
    for (const epoch of epochs)
      expect(epoch.toSorted((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (__, i) => i));
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  it.each([10, 600, 1500, ROWS])('peeks at the next %d rows and returns them again', async (count) => {
    const options = { batchSize: 100, split: ALL, seed: 1, bufferBytes };
    const activations = await store();
    const expected = await rowsOf(activations, 32, { bufferBytes });
    const stream = activations.trainingBatches({ ...options, scale: 3 });
    await stream.next();
    const position = stream.position();
    const peeked = await stream.peek(count);
    expect(stream.position()).toEqual(position);
    expect([...peeked].filter((_value, i) => i % 2 === 0)).toEqual(expected.slice(100, 100 + count));
    const scaled: number[] = [];
    while (scaled.length < 3000) scaled.push(...(await stream.next()).filter((_value, i) => i % 2 === 0));
    expect(scaled).toEqual(expected.slice(100, 3100).map((value) => 3 * value));
    await stream.close();
  });

  it('scales by a float32 product', async () => {
    const activations = await store();
    const options = { batchSize: 50, split: ALL, seed: 1, bufferBytes };
    const [plain, scaled] = [options, { ...options, scale: 0.1 }].map((given) =>
      activations.trainingBatches(given),
    );
    const product = (value: number): number => Math.fround(value * Math.fround(0.1));
    expect(await scaled!.next()).toEqual((await plain!.next()).map(product));
    await Promise.all([plain!.close(), scaled!.close()]);
  });

  it('mixes rows of all files', async () => {
    const rows = await rowsOf(await store(), 30, { bufferBytes });
    // In a well-mixed first half, row numbers have the overall mean and span at least 60 % of the shards' range.
    const half = rows.slice(0, ROWS / 2);
    const shardsSeen = new Set(half.slice(0, 512).map((row) => Math.floor(row / 700)));
    expect(shardsSeen.size).toBeGreaterThanOrEqual(4);
    expect(half.reduce((sum, row) => sum + row, 0) / half.length).toBeGreaterThan(ROWS / 2 - 350);
    expect(half.reduce((sum, row) => sum + row, 0) / half.length).toBeLessThan(ROWS / 2 + 350);
    const neighbours = rows.slice(1).filter((row, i) => Math.abs(row - rows[i]!) === 1).length;
    expect(neighbours).toBeLessThan(ROWS / 20);
  });

  it('resumes from any position with the same batches', async () => {
    const activations = await store();
    const expected = await rowsOf(activations, 70, { bufferBytes, batchSize: 77 });
    const stream = activations.trainingBatches({ batchSize: 77, split: ALL, seed: 1, bufferBytes });
    for (let taken = 0; taken < 70; taken += 7) {
      const position = JSON.parse(JSON.stringify(stream.position()));
      const rows = await rowsOf(activations, 7, { bufferBytes, batchSize: 77, position });
      expect(rows).toEqual(expected.slice(taken * 77, (taken + 7) * 77));
      for (let i = 0; i < 7; i++) await stream.next();
    }
    await stream.close();
  });

  it('returns different batches for another seed', async () => {
    const activations = await store();
    const [a, b, again] = await Promise.all(
      [1, 2, 1].map((seed) => rowsOf(activations, 3, { seed, bufferBytes })),
    );
    expect(a).toEqual(again);
    expect(a).not.toEqual(b);
  });

  it('returns only the rows of its split', async () => {
    const activations = await store();
    const split = { holdout: 0.3, seed: 5 };
    const train = await activations.countRows({ ...split, part: 'train' });
    const held = await activations.countRows({ ...split, part: 'held-out' });
    expect(train + held).toBe(ROWS);
    const options = { bufferBytes, batchSize: 1 };
    const rows = await rowsOf(activations, train, { ...options, split: { ...split, part: 'train' } });
    const heldRows = await rowsOf(activations, held, { ...options, split: { ...split, part: 'held-out' } });
    expect([...rows, ...heldRows].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: ROWS }, (__, i) => i),
    );
    const heldDocuments = documentsOf(heldRows);
    expect([...documentsOf(rows)].filter((document) => heldDocuments.has(document))).toEqual([]);
  });
});

describe('a stream of training batches', () => {
  it('groups rows differently in each epoch', async () => {
    const rows = await rowsOf(await store(), 60, { bufferBytes: SMALL_BUFFER });
    // The first chunk of an epoch: 8 blocks of 64 rows.
    const firstChunks = [0, ROWS].map((start) =>
      rows.slice(start, start + 400).map((row) => Math.floor(row / 64)),
    );
    expect(new Set(firstChunks[0])).not.toEqual(new Set(firstChunks[1]));
  });

  it('returns the same batches whether or not the next chunk has been read', async () => {
    const activations = await store();
    const options = { batchSize: 100, split: ALL, seed: 1, bufferBytes: SMALL_BUFFER };
    const expected = await rowsOf(activations, 12, options);
    const stream = activations.trainingBatches(options);
    const rows: number[] = [];
    for (let i = 0; i < 12; i++) {
      rows.push(...(await stream.next()).filter((_, column) => column % 2 === 0));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await stream.close();
    expect(rows).toEqual(expected);
  });

  it('fills a batch that is larger than an epoch with rows of the next epoch', async () => {
    const activations = await storeOfKnownRows(temporaryFolder(), { rows: 10, dIn: 2, shardRows: 4 });
    const rows = await rowsOf(activations, 1, { batchSize: 25 });
    expect(rows.slice(0, 10).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rows).toHaveLength(25);
  });

  it('works with a buffer smaller than a block', async () => {
    const rows = await rowsOf(await store(), 30, { bufferBytes: 1 });
    expect(new Set(rows).size).toBe(ROWS);
  });

  it('reports an empty split', async () => {
    const activations = await storeOfKnownRows(temporaryFolder(), {
      rows: 100,
      dIn: 2,
      shardRows: 30,
      documentHash: () => 1,
    });
    const split = { holdout: 0.5, seed: 0 };
    const empty = (await activations.countRows({ ...split, part: 'train' })) === 0 ? 'train' : 'held-out';
    for (const bufferBytes of [1, undefined]) {
      const stream = activations.trainingBatches({
        batchSize: 5,
        split: { ...split, part: empty },
        seed: 1,
        bufferBytes,
      });
      expect((await errorOf(() => stream.next())).code).toBe('activations.empty-split');
      await stream.close();
    }
  });

  it('refuses a position of another stream', async () => {
    const activations = await store();
    const stream = activations.trainingBatches({
      batchSize: 5,
      split: ALL,
      seed: 1,
      bufferBytes: SMALL_BUFFER,
    });
    const position = stream.position();
    for (const other of [{ seed: 2, bufferBytes: SMALL_BUFFER }, { seed: 1 }]) {
      const error = await errorOf(() =>
        activations.trainingBatches({ batchSize: 5, split: ALL, position, ...other }),
      );
      expect(error.code).toBe('activations.other-stream');
    }
  });

  it.each([{ epoch: NaN }, { chunk: -1 }, { chunk: 1e6 }, { row: 0.5 }, { row: 1e9 }])(
    'refuses a position outside the stream: %j',
    async (place) => {
      const activations = await store();
      const options = { batchSize: 5, split: ALL, seed: 1, bufferBytes: SMALL_BUFFER };
      const position = { ...activations.trainingBatches(options).position(), ...place };
      const error = await errorOf(() => activations.trainingBatches({ ...options, position }).next());
      expect(error.code).toBe('activations.other-stream');
    },
  );
});
