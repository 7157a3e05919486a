import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collect, errorOf, storeOfKnownRows, temporaryFolder } from '../test-support.ts';
import { openActivations } from './activation-store.ts';
import type { Split } from './holdout.ts';

const ALL: Split = { holdout: 0, seed: 0, part: 'held-out' };
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a store of activations', () => {
  it('returns rows and columns in order, in batches of which the last may be shorter', async () => {
    const store = await storeOfKnownRows(temporaryFolder(), { rows: 95, dIn: 3, shardRows: 40 });
    expect(store.manifest.shards.map((shard) => shard.rows)).toEqual([40, 40, 15]);
    const batches = await collect(store.sequentialBatches({ batchSize: 30, split: ALL }));
    expect(batches.map((batch) => batch.rows)).toEqual([30, 30, 30, 5]);
    const firsts = batches.flatMap((batch) => [...batch.activations].filter((_, i) => i % 3 === 0));
    expect(firsts).toEqual(Array.from({ length: 95 }, (_, row) => row));
    expect(batches.flatMap((batch) => [...batch.positions])).toEqual(firsts.map((row) => row % 10));
    expect(batches.flatMap((batch) => [...batch.document_ids])).toEqual(
      firsts.map((row) => Math.floor(row / 10)),
    );
    expect(batches.flatMap((batch) => [...batch.token_ids])).toEqual(firsts.map((row) => row % 97));
  });

  it('stops after maxRows', async () => {
    const store = await storeOfKnownRows(temporaryFolder(), { rows: 95, dIn: 3, shardRows: 40 });
    const batches = await collect(store.sequentialBatches({ batchSize: 30, split: ALL, maxRows: 45 }));
    expect(batches.map((batch) => batch.rows)).toEqual([30, 15]);
  });

  it('puts copies of a document on the same side', async () => {
    const store = await storeOfKnownRows(temporaryFolder(), {
      rows: 4000,
      dIn: 1,
      shardRows: 999,
      documentHash: (document) => Math.imul((document % 200) + 1, 0x9e3779b1),
    });
    const split: Split = { holdout: 0.2, seed: 0, part: 'held-out' };
    const documents = new Set<number>();
    let rows = 0;
    for await (const batch of store.sequentialBatches({ batchSize: 64, split })) {
      rows += batch.rows;
      for (const document of batch.document_ids) documents.add(document);
    }
    expect(rows).toBe(await store.countRows(split));
    expect(documents.size).toBeGreaterThan(20);
    for (const document of documents) expect(documents.has((document + 200) % 400)).toBe(true);
  });

  it.each([
    ['0', 0],
    ['equal', 2.5],
  ])('reports rows that are all %s, and names the hook', async (what, value) => {
    const store = await storeOfKnownRows(temporaryFolder(), {
      rows: 95,
      dIn: 3,
      shardRows: 40,
      value: () => value,
    });
    const error = await errorOf(() => store.statistics({ holdout: 0.2, seed: 0, part: 'train' }));
    expect(error.code).toBe('activations.constant');
    expect(error.message).toMatch(new RegExp(`^hook none: .*; received \\d+ that are all ${what}`));
    const once = (row: number): number => (row === 94 ? value + 1 : value);
    const varied = await storeOfKnownRows(temporaryFolder(), {
      rows: 95,
      dIn: 3,
      shardRows: 40,
      value: once,
    });
    expect((await varied.statistics(ALL)).rows).toBe(95);
  });

  it('computes statistics of a split', async () => {
    const store = await storeOfKnownRows(temporaryFolder(), { rows: 1000, dIn: 2, shardRows: 300 });
    const split: Split = { holdout: 0.3, seed: 1, part: 'train' };
    const rows: number[] = [];
    for await (const batch of store.sequentialBatches({ batchSize: 100, split })) {
      for (let row = 0; row < batch.rows; row++) rows.push(batch.activations[row * 2]!);
    }
    const statistics = await store.statistics(split);
    expect(statistics.rows).toBe(rows.length);
    expect(rows.length).toBeLessThan(1000);
    expect(statistics.mean[0]).toBeCloseTo(mean(rows), 9);
    expect(statistics.mean[1]).toBeCloseTo(mean(rows) + 0.5, 9);
    expect(statistics.meanSquaredNorm).toBeCloseTo(mean(rows.map((row) => row ** 2 + (row + 0.5) ** 2)), 5);
  });

  it('detects damage by size at once, and by checksum on request', async () => {
    const { folder, manifest } = await storeOfKnownRows(temporaryFolder(), {
      rows: 95,
      dIn: 3,
      shardRows: 40,
    });
    const shard = join(folder, manifest.shards[1]!.file);
    writeFileSync(shard, '!', { flag: 'r+' });
    await openActivations(folder, { verify: 'sizes' });
    const flipped = await errorOf(() => openActivations(folder, { verify: 'checksums' }));
    expect(flipped.code).toBe('activations.corrupted');
    expect(flipped.message).toContain('00001.safetensors');
    truncateSync(shard, 100);
    expect((await errorOf(() => openActivations(folder))).details.received).toBe('100 bytes');
    rmSync(shard);
    expect((await errorOf(() => openActivations(folder))).message).toContain('missing');
    writeFileSync(join(folder, 'manifest.json'), '{');
    expect((await errorOf(() => openActivations(folder))).code).toBe('activations.corrupted');
    expect((await errorOf(() => openActivations('/nowhere'))).code).toBe('activations.missing');
  });
});
