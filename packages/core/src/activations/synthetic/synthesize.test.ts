import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExtractionProgress } from '../store/progress.ts';
import type { ActivationStore } from '../store/activation-store.ts';
import type { Split } from '../store/holdout.ts';
import { collect, errorOf, temporaryFolder } from '../test-support.ts';
import { planSynthesis, synthesizeActivations } from './synthesize.ts';
import type { SyntheticSpecInput } from './synthetic-spec.ts';
import { truthOf } from './true-directions.ts';

const ALL: Split = { holdout: 0, seed: 0, part: 'train' };
// Windows have 1024 rows and files 700, and neither is a multiple of the other.
const SPEC: SyntheticSpecInput = {
  kind: 'synthetic',
  features: 40,
  dIn: 16,
  active: 3,
  rows: 5000,
  shardRows: 700,
};

/** The hash of every file. */
function bytesOf({ folder }: ActivationStore): Record<string, string> {
  const files = readdirSync(folder);
  return Object.fromEntries(files.map((file) => [file, hash('sha256', readFileSync(join(folder, file)))]));
}

async function valuesOf(store: ActivationStore): Promise<Float32Array> {
  const batches = await collect(store.sequentialBatches({ batchSize: 100_000, split: ALL }));
  return batches[0]!.activations;
}

const made = (change: Partial<SyntheticSpecInput> = {}): Promise<ActivationStore> =>
  synthesizeActivations({ ...SPEC, ...change }, temporaryFolder());

describe('synthetic activations', () => {
  it('have bytes determined by the specification', async () => {
    const store = await made();
    expect(store).toMatchObject({ hook: 'synthetic', dIn: 16, rows: 5000 });
    expect(store.manifest).toMatchObject({ documents: 313, tokens: 5000, skippedDocuments: 0 });
    expect(store.manifest.shards.map(({ rows }) => rows)).toEqual([700, 700, 700, 700, 700, 700, 700, 100]);
    expect(bytesOf(await made())).toEqual(bytesOf(store));
    expect(await valuesOf(await made({ seed: 1 }))).not.toEqual(await valuesOf(store));
    // The size of files does not change the rows, and a larger set starts with the same rows.
    expect(await valuesOf(await made({ shardRows: 5000 }))).toEqual(await valuesOf(store));
    const fewer = await valuesOf(await made({ rows: 1500 }));
    expect(fewer).toEqual((await valuesOf(store)).subarray(0, fewer.length));
  });

  it('have the same identity exactly if their content is the same', async () => {
    const id = async (change: Partial<SyntheticSpecInput>): Promise<string> =>
      (await planSynthesis({ ...SPEC, ...change }, '/nowhere')).id;
    const base = await id({});
    expect(await id({ seed: 0, noise: 0, strengths: { law: 'uniform', low: 0, high: 1 } })).toBe(base);
    const others = await Promise.all([
      id({ features: 41 }),
      id({ dIn: 17 }),
      id({ active: 4 }),
      id({ frequencyExponent: 1 }),
      id({ strengths: { law: 'constant' } }),
      id({ noise: 0.1 }),
      id({ rows: 5001 }),
      id({ seed: 1 }),
      id({ shardRows: 701 }),
    ]);
    expect(new Set([base, ...others]).size).toBe(others.length + 1);
  });

  it('are planned with their exact size before they are generated', async () => {
    const dataDir = temporaryFolder();
    const planned = await planSynthesis(SPEC, dataDir);
    expect(planned).toMatchObject({
      hook: { name: 'synthetic', layer: null },
      present: false,
      dIn: 16,
      estimatedRows: 5000,
    });
    expect(readdirSync(dataDir)).toEqual([]);
    const store = await synthesizeActivations(SPEC, dataDir);
    expect(await planSynthesis(SPEC, dataDir)).toMatchObject({ present: true, id: store.id });
  });

  it('are sums of the true directions, so a row with one feature is its direction times its strength', async () => {
    const store = await made({ active: 0.1, rows: 3000, strengths: { law: 'uniform', low: 1, high: 2 } });
    const { shape, data } = truthOf(store.manifest)!;
    expect(shape).toEqual([40, 16]);
    const values = await valuesOf(store);
    let empty = 0;
    let single = 0;
    for (let row = 0; row < 3000; row++) {
      const x = values.subarray(row * 16, (row + 1) * 16);
      const norm = Math.hypot(...x);
      if (norm === 0) {
        empty++;
        continue;
      }
      const cosines = Array.from({ length: 40 }, (_, g) =>
        x.reduce((sum, value, d) => sum + (value / norm) * data[g * 16 + d]!, 0),
      );
      if (Math.max(...cosines) < 1 - 1e-6) continue;
      single++;
      expect(norm).toBeGreaterThan(1);
      expect(norm).toBeLessThanOrEqual(2 + 1e-6);
    }
    // A fraction (1 − p)^40 of the rows has no active feature and 40 p (1 − p)^39 has one, with p = 0.1/40.
    expect(Math.abs(empty / 3000 - 0.905)).toBeLessThan(0.03);
    expect(Math.abs(single / 3000 - 0.091)).toBeLessThan(0.03);
  });

  it('have directions of norm 1, spread over the whole sphere', async () => {
    const store = await made({ features: 2000 });
    const { data } = truthOf(store.manifest)!;
    const mean = new Float64Array(16);
    for (let g = 0; g < 2000; g++) {
      expect(Math.hypot(...data.subarray(g * 16, (g + 1) * 16))).toBeCloseTo(1, 6);
      for (let d = 0; d < 16; d++) mean[d]! += data[g * 16 + d]! / 2000;
    }
    // The mean of n unit vectors has norm 1/√n.
    expect(Math.hypot(...mean)).toBeLessThan(2 / Math.sqrt(2000));
  });

  it('have the mean squared norm that strengths and noise imply', async () => {
    const squared = async (change: Partial<SyntheticSpecInput>): Promise<number> =>
      (await (await made({ features: 2000, rows: 20_000, ...change })).statistics(ALL)).meanSquaredNorm;
    const cross = 0.05; // directions are not quite orthogonal
    const constant = await squared({ strengths: { law: 'constant', value: 2 } });
    expect(Math.abs(constant / (3 * 4) - 1)).toBeLessThan(cross);
    expect(Math.abs((await squared({ strengths: { law: 'uniform' } })) / 1 - 1)).toBeLessThan(cross);
    const exponential = await squared({ strengths: { law: 'exponential', mean: 0.5 } });
    expect(Math.abs(exponential / (3 * 2 * 0.25) - 1)).toBeLessThan(cross);
    const noisy = await squared({ strengths: { law: 'constant', value: 2 }, noise: 0.5 });
    expect(Math.abs(noisy / (3 * 4 + 16 * 0.25) - 1)).toBeLessThan(cross);
  });

  it('are held out by blocks of rows, each on one side', async () => {
    const store = await made();
    const held = { holdout: 0.2, seed: 0, part: 'held-out' } as const;
    const batches = await collect(store.sequentialBatches({ batchSize: 10_000, split: held }));
    const blocks = Map.groupBy(batches[0]!.document_ids, (id) => id);
    expect([...blocks.values()].slice(0, -1).every((rows) => rows.length === 16)).toBe(true);
    expect(batches[0]!.rows / 5000).toBeGreaterThan(0.14);
    expect(batches[0]!.rows / 5000).toBeLessThan(0.26);
  });
});

describe('a synthesis that was interrupted', () => {
  it.each([1, 3, 5])('resumes with the same bytes after an abort at the %ith file', async (files) => {
    const whole = await made();
    const dataDir = temporaryFolder();
    const controller = new AbortController();
    const events: ExtractionProgress[] = [];
    const stopped = synthesizeActivations(SPEC, dataDir, {
      signal: controller.signal,
      onProgress: ({ shards }) => shards >= files && controller.abort(new Error('stop')),
    });
    await expect(stopped).rejects.toThrow('stop');
    expect((await planSynthesis(SPEC, dataDir)).present).toBe(false);
    const onProgress = (event: ExtractionProgress): void => void events.push(event);
    expect(bytesOf(await synthesizeActivations(SPEC, dataDir, { onProgress }))).toEqual(bytesOf(whole));
    expect(events.at(-1)).toMatchObject({ rows: 5000, tokens: 5000, secondsLeft: 0, shards: 8 });
  });

  it('makes a second synthesis wait', async () => {
    const dataDir = temporaryFolder();
    const both = await Promise.all([
      synthesizeActivations(SPEC, dataDir),
      synthesizeActivations(SPEC, dataDir),
    ]);
    expect(bytesOf(both[0])).toEqual(bytesOf(both[1]));
    expect(readdirSync(join(dataDir, 'activations'))).toEqual([both[0].id]);
  });
});

describe('damaged synthetic activations', () => {
  it.each([
    [
      'a flipped byte',
      (folder: string) => writeFileSync(join(folder, '00004.safetensors'), '!', { flag: 'r+' }),
    ],
    ['a truncated file', (folder: string) => truncateSync(join(folder, '00001.safetensors'), 1000)],
    ['a missing file', (folder: string) => rmSync(join(folder, '00000.safetensors'))],
    [
      'a manifest with other directions',
      (folder: string) => {
        const path = join(folder, 'manifest.json');
        writeFileSync(path, readFileSync(path, 'utf8').replace('"seed": 0', '"seed": 1'));
      },
    ],
    ['a manifest that is not JSON', (folder: string) => writeFileSync(join(folder, 'manifest.json'), '{')],
  ])('with %s are generated again with the same bytes', async (_, damage) => {
    const dataDir = temporaryFolder();
    const store = await synthesizeActivations(SPEC, dataDir);
    const before = bytesOf(store);
    damage(store.folder);
    expect(bytesOf(await synthesizeActivations(SPEC, dataDir))).toEqual(before);
  });
});

describe('memory', () => {
  it('does not grow with the number of rows', () => {
    const peakMegabytes = (rows: number): number => {
      const script = `
        import { synthesizeActivations } from ${JSON.stringify(new URL('synthesize.ts', import.meta.url).href)};
        const spec = ${JSON.stringify({ ...SPEC, dIn: 128, rows, shardRows: 4096 })};
        await synthesizeActivations(spec, ${JSON.stringify(temporaryFolder())});
        console.log(process.resourceUsage().maxRSS / 1024);`;
      // As for `pnpm sweep`. By default, V8 keeps more garbage the longer a process runs.
      const flags = ['--max-semi-space-size=8', '--input-type=module', '-e', script];
      const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
      expect(stderr).toBe('');
      return Number(stdout);
    };
    // 5 MB of activations, then 102 MB.
    expect(peakMegabytes(200_000) - peakMegabytes(10_000)).toBeLessThan(30);
  });
});

describe('a specification that cannot be met', () => {
  it('is refused with its field, before anything is generated', async () => {
    const error = await errorOf(() => made({ active: 41 }));
    expect(error.code).toBe('synthesis.invalid');
    expect(error.message).toContain('active: must not exceed the number of features');
  });
});
