import { join } from 'node:path';
import { useCpuBackend } from '@sae-lab/kernels';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ActivationStore } from '../../activations/index.ts';
import { storeOfKnownRows, temporaryFolder } from '../../activations/test-support.ts';
import { seeded } from '../../random/seeded.ts';
import { saveSae } from '../../sae/saelens-format.ts';
import { randomSubjects } from '../../testing/evaluations/index.ts';
import { evaluateSae } from '../evaluate-sae.ts';
import { ReconstructionFigures } from '../reconstruction-figures.ts';
import { Rebatch } from './rebatch.ts';
import { reconstruction } from './reconstruction.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

const D = 16;
const origin = { modelName: 'none', hookName: 'none', contextSize: 1, prependBos: false };

function randomStore(folder: string, documents: number): Promise<ActivationStore> {
  const random = seeded(0, 'rows');
  const rows = documents * 10;
  const values = Array.from({ length: rows * D }, () => random.normal());
  return storeOfKnownRows(folder, {
    rows,
    dIn: D,
    shardRows: 90,
    value: (row, d) => 3 + values[row * D + d]! * (1 + Math.floor(row / 10) / documents),
  });
}

const contextOf = (store: ActivationStore, holdout: number) => ({
  hook: 'none',
  saes: randomSubjects(D),
  activations: { store, holdout },
  dataDir: store.folder,
});

describe('reconstruction', () => {
  it.each([undefined, 137])('gives the figures of a run bit for bit, on %s tokens', async (maxTokens) => {
    const folder = temporaryFolder();
    const store = await randomStore(folder, 60);
    const context = contextOf(store, 0.4);
    const results = await reconstruction.evaluate(context, { maxTokens });
    for (const [index, { id, sae }] of context.saes.entries()) {
      await saveSae(join(folder, id), sae, origin);
      const own = await evaluateSae(join(folder, id), store, { holdout: 0.4, maxTokens });
      expect(results[index]!.figures).toEqual(own.figures);
      expect(results[index]!.histograms).toEqual(own.histograms);
    }
  });

  it('has the intervals of a jackknife over the figures without one group of documents', async () => {
    const store = await storeOfKnownRows(temporaryFolder(), {
      rows: 80,
      dIn: D,
      shardRows: 90,
      // Eight documents in eight groups.
      documentHash: (document) => document,
      value: (row, d) => Math.sin(row * 31 + d * 7) * (1 + Math.floor(row / 10)),
    });
    const { saes, ...context } = contextOf(store, 0);
    const zero = {
      ...saes[0]!.sae,
      tensors: Object.fromEntries(
        Object.entries(saes[0]!.sae.tensors).map(([name, { shape, data }]) => [
          name,
          { shape, data: new Float32Array(data.length).fill(name === 'b_dec' ? 0.25 : 0) },
        ]),
      ),
    };
    const [result] = await reconstruction.evaluate({ ...context, saes: [{ id: 'zero', sae: zero }] }, {});
    const all = store.sequentialBatches({ batchSize: 80, split: { holdout: 0, seed: 0, part: 'train' } });
    const { activations } = (await all.next()).value!;
    const without = Array.from({ length: 8 }, (_, left) => {
      const figures = new ReconstructionFigures(D);
      for (let document = 0; document < 8; document++) {
        if (document === left) continue;
        const rows = activations.subarray(document * 10 * D, (document + 1) * 10 * D);
        figures.add(rows, new Float32Array(rows.length).fill(0.25));
      }
      return figures.result();
    });
    for (const key of [
      'explained_variance',
      'mse',
      'cosine',
      'l2_ratio',
      'relative_reconstruction_bias',
    ] as const) {
      const values = without.map((figures) => figures[key]);
      const mean = values.reduce((sum, value) => sum + value, 0) / 8;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      // Student's t with 7 degrees of freedom.
      const half = 2.365 * Math.sqrt((squares * 7) / 8);
      const { low, high } = result!.intervals[key]!;
      expect((high - low) / 2 / half, key).toBeCloseTo(1, 6);
      expect((high + low) / 2, key).toBeCloseTo(result!.figures[key]!, 10);
    }
    expect(Object.keys(result!.intervals)).not.toContain('dead_fraction');
    expect(result).toMatchObject({ tokens: 80, documents: 8 });
  });

  it('has no interval with too few documents, and says so', async () => {
    const store = await storeOfKnownRows(temporaryFolder(), { rows: 40, dIn: D, shardRows: 90 });
    const warnings: string[] = [];
    const context = { ...contextOf(store, 0), warn: (sentence: string) => warnings.push(sentence) };
    const [result] = await reconstruction.evaluate(context, {});
    expect(result!.intervals).toEqual({});
    expect(result!.figures['mse']).toBeGreaterThan(0);
    expect(warnings).toEqual([expect.stringContaining('4 held-out documents are too few for intervals')]);
  });

  it('refuses activations that are not finite', async () => {
    const value = (row: number): number => (row === 30 ? Number.NaN : row);
    const store = await storeOfKnownRows(temporaryFolder(), { rows: 40, dIn: D, shardRows: 90, value });
    await expect(reconstruction.evaluate(contextOf(store, 0), {})).rejects.toMatchObject({
      code: 'activations.not-finite',
    });
  });
});

it('Rebatch keeps rows in order, whatever the sizes', () => {
  for (const size of [1, 3, 4, 7, 100]) {
    const rebatch = new Rebatch(2, size);
    const rows: number[] = [];
    const sizes: number[] = [];
    const take = (batches: ReturnType<Rebatch['rest']>): void => {
      for (const { activations, documentHashes } of batches) {
        rows.push(...activations);
        sizes.push(documentHashes.length);
      }
    };
    for (let start = 0; start < 12; start += 4) {
      const activations = Float32Array.from({ length: 8 }, (_, i) => start * 2 + i);
      take(rebatch.add({ activations, documentHashes: new Int32Array(4) }));
    }
    take(rebatch.rest());
    expect(rows).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect(sizes.slice(0, -1).every((one) => one === size)).toBe(true);
  }
});
