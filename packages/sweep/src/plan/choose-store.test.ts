import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineSweep } from '../definition/define-sweep.ts';
import type { ModelSweepInput } from '../definition/sweep-input.ts';
import { linear } from '../testing/linear-variant.ts';
import { chooseStore } from './choose-store.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

const ROW_BYTES = 4 * 64 + 20;
/** Too large for any disk. */
const HUGE = 1e15;
const planned = (estimatedRows: number, present = false, id = 'a') => ({
  hook: { name: 'h', layer: null },
  id,
  folder: join(dataDir, id),
  present,
  dIn: 64,
  estimatedRows,
  estimatedBytes: estimatedRows * ROW_BYTES,
});

const choose = (
  activations: ModelSweepInput['activations'],
  training: ModelSweepInput['training'],
  ...found: ReturnType<typeof planned>[]
) =>
  chooseStore(
    defineSweep({
      name: 'test',
      model: './model',
      dataset: './corpus.txt',
      hooks: ['h'],
      variants: [linear({ l1: 1 })],
      widths: [8],
      seeds: [0],
      training,
      ...(activations !== undefined && { activations }),
    }),
    found,
    dataDir,
  );

async function problemOf(
  activations: ModelSweepInput['activations'],
  training: ModelSweepInput['training'],
): Promise<SaeLabError> {
  try {
    await choose(activations, training, planned(HUGE));
  } catch (error) {
    if (error instanceof SaeLabError) return error;
  }
  throw new Error('nothing was refused');
}

describe('the choice of a store', () => {
  const steps = { steps: 10, batchSize: 32 };

  it('is the cache if it fits or is complete, with the sizes', async () => {
    const fits = await choose(undefined, steps, planned(1000), planned(1000));
    expect(fits).toMatchObject({
      kind: 'cache',
      reason: expect.stringMatching(/^about 276\.0 kB, and .* free$/),
    });
    expect(fits.stream).toBeUndefined();
    expect(await choose(undefined, steps, planned(HUGE, true))).toEqual({
      kind: 'cache',
      reason: 'they are on disk',
    });
  });

  it('is a stream if the cache does not fit', async () => {
    expect(await choose(undefined, steps, planned(HUGE), planned(HUGE, false, 'b'))).toMatchObject({
      kind: 'stream',
      reason: expect.stringMatching(/^a cache would take about .* TB, and .* free$/),
      stream: { windowRows: 2 ** 18, ringWindows: 2, because: 'no-space' },
    });
  });

  it('is the cache if neither fits, or the training needs all activations at once', async () => {
    const large = await choose(
      undefined,
      { ...steps, windowRows: 2 ** 31 - 1, batchSize: 32 },
      planned(HUGE),
    );
    expect(large).toMatchObject({ kind: 'cache', reason: expect.stringContaining('a stream would take') });
    const epochs = await choose(undefined, { epochs: 2 }, planned(HUGE));
    expect(epochs.reason).toContain('training.epochs rules out a stream');
    expect((await choose(undefined, { steps: 1, batchSize: 'all' }, planned(HUGE))).kind).toBe('cache');
  });

  it("is the author's", async () => {
    expect(await choose({ store: 'cache' }, steps, planned(HUGE))).toMatchObject({
      kind: 'cache',
      reason: expect.stringContaining("activations.store is 'cache'"),
    });
    const asked = { store: 'stream', ringWindows: 5 } as const;
    const stream = { windowRows: 500, ringWindows: 5, because: 'asked' };
    const training = { ...steps, windowRows: 500 };
    expect(await choose(asked, training, planned(1000))).toEqual({
      kind: 'stream',
      reason: "activations.store is 'stream'",
      stream,
    });
    // The same runs, without another extraction.
    expect(await choose(asked, training, planned(1000, true))).toEqual({
      kind: 'cache',
      reason: 'they are on disk',
      stream,
    });
  });

  it('remains a stream when space becomes free, because its runs would not be the same', async () => {
    const folder = join(dataDir, 'streamed.ring');
    await mkdir(folder);
    const record = { windowRows: 2 ** 18, because: 'no-space', perEpoch: null, starts: [] };
    await writeFile(join(folder, 'ring.json'), JSON.stringify(record));
    expect((await choose(undefined, steps, planned(1000, false, 'streamed'))).kind).toBe('stream');
    await writeFile(join(folder, 'ring.json'), JSON.stringify({ ...record, because: 'asked' }));
    expect((await choose(undefined, steps, planned(1000, false, 'streamed'))).kind).toBe('cache');
  });

  it('refuses a stream for training that needs all activations at once', async () => {
    const stream = { store: 'stream' } as const;
    expect((await problemOf(stream, { epochs: 2 })).details).toMatchObject({
      field: 'training.epochs',
      expected: 'training.tokens or training.steps',
      received: '2',
    });
    expect((await problemOf(stream, { steps: 1, batchSize: 'all' })).details.field).toBe(
      'training.batchSize',
    );
    expect((await problemOf(stream, { steps: 1, batchSize: 2 ** 19 })).details).toMatchObject({
      field: 'training.batchSize',
      expected: 'at most 262144, a window of the stream',
    });
  });

  it('refuses settings of a stream that are wrong or have no effect', async () => {
    const unusable = { store: 'ring', ringWindows: 0 } as unknown as ModelSweepInput['activations'];
    const { message } = await problemOf(unusable, steps);
    expect(message).toContain('activations.store');
    expect(message).toContain('activations.ringWindows');
    expect((await problemOf({ store: 'cache', ringWindows: 2 }, steps)).details.field).toBe(
      'activations.ringWindows',
    );
    expect((await problemOf(undefined, { steps: 1, batchSize: 64, windowRows: 50 })).details).toMatchObject({
      field: 'training.windowRows',
      expected: 'at least 64',
    });
    expect((await problemOf(undefined, { steps: 1, batchSize: 'all', windowRows: 50 })).details.field).toBe(
      'training.windowRows',
    );
  });
});
