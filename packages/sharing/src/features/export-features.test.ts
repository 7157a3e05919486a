import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LatentFeatures } from '@sae-lab/core';
import {
  appendLatents,
  appendProbes,
  beginEvaluation,
  enqueueRuns,
  finishEvaluation,
  saveResult,
  startRun,
  upsertSweep,
  type Db,
} from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDescribedRun } from './described-run.ts';
import { exportFeatures, isExport } from './export-features.ts';

const HASHES = ['aaaa1111', 'aaaa2222', 'bbbb3333'];
const WIDTH = 12;
const PROBE = { class: 'law', score: 0.75, trainingScore: 0.875, pValue: 1e-9, documents: 40 };
/** Every third latent is not described. */
const DESCRIBED = [0, 1, 3, 4, 6, 7, 9, 10];

let opened: TestDatabase;
let db: Db;
let folder: string;

beforeAll(async () => {
  opened = await openTestDatabase();
  ({ db } = opened.database);
  folder = await mkdtemp(join(tmpdir(), 'sae-lab-features-'));
  const { id } = await upsertSweep(db, {
    name: 'layers',
    definitionHash: 'a',
    definition: {},
    file: 'x.ts',
    source: '',
  });
  const planned = {
    variant: 'topk',
    mathVersion: 1,
    hyper: { k: 4 },
    hook: 'blocks.3.hook_resid_post',
    width: WIDTH,
  };
  const rest = { seed: 0, activationsId: 'a', config: {}, lossConvention: 'mse' };
  const runs = await enqueueRuns(
    db,
    id,
    HASHES.map((runHash) => ({ ...planned, ...rest, runHash })),
  );
  for (const run of runs) {
    const attempt = (await startRun(db, run.id, { provenance: {}, totalSteps: 1 }))!;
    const result = { figures: {}, histograms: [], artifacts: [], seconds: 1, finalStep: 1 };
    await saveResult(db, { runId: run.id, attempt, ...result });
  }
  for (const { id: runId } of runs.slice(0, 2)) {
    const identity = { runId, name: 'features', version: 1, dataId: 'd', settingsHash: 's' };
    const more = { activationsId: null, settings: {}, provenance: {} };
    const evaluation = await beginEvaluation(db, { ...identity, ...more });
    // Not in the order in which they are exported.
    await appendLatents(db, evaluation, DESCRIBED.toReversed().map(rowOf));
    const numbers = { tokens: 80, documents: 12, seconds: 1 };
    await finishEvaluation(db, evaluation, { figures: {}, histograms: [], ...numbers });
  }
  const identity = { runId: runs[0]!.id, name: 'probing', version: 3, dataId: 'd', settingsHash: 's' };
  const probing = await beginEvaluation(db, {
    ...identity,
    activationsId: null,
    settings: {},
    provenance: {},
  });
  await appendProbes(db, probing, [{ latent: 3, ...PROBE }]);
  const numbers = { tokens: 80, documents: 50, seconds: 1 };
  await finishEvaluation(db, probing, { figures: {}, histograms: [], ...numbers });
});
afterAll(async () => {
  await opened.stop();
  await rm(folder, { recursive: true });
});

function featuresOf(latent: number): Omit<LatentFeatures, 'latent' | 'density' | 'maxActivation'> {
  const example = {
    document: latent,
    piece: 0,
    start: 0,
    tokens: [' a', ' b'],
    activations: [0, 1.5],
    at: 1,
  };
  return {
    histogram: { edges: [1, 2], counts: [8] },
    quantiles: [{ p: 0.5, value: 1.5 }],
    top: [example],
    bands: [{ from: 1, to: 2, examples: [example] }],
    silent: [],
    raised: [{ token: ' x', tokenId: 1, weight: 2 }],
    lowered: [],
    nearest: [],
    matches: [],
  };
}

function rowOf(latent: number) {
  const shown = { topToken: ' b', raisedToken: ' x', loweredToken: null };
  return { latent, density: 0.1, maxActivation: 1.5, ...shown, features: { ...featuresOf(latent) } };
}

const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'nothing',
    (error: { code?: string }) => error.code ?? 'another error',
  );

describe('exportFeatures', () => {
  const read = async (path: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, path), 'utf8'));

  it('writes every described latent once, in batches and in lines', async () => {
    const described = await findDescribedRun(db, 'layers', '1');
    const target = join(folder, 'whole');
    expect(
      await exportFeatures(db, described, target, { batch: 3, model: 'gpt2-small', set: 'mine' }),
    ).toEqual({
      latents: 8,
      batches: 3,
    });
    expect((await readdir(folder)).toSorted()).toEqual(['whole']);
    const batches = (await Promise.all(
      [0, 1, 2].map((batch) => read(`whole/neuronpedia/batch-${batch}.json`)),
    )) as { features: { feature_index: number }[] }[];
    expect(batches[0]).toMatchObject({
      model_id: 'gpt2-small',
      layer: 3,
      sae_set: 'mine',
      sae_id_suffix: 'topk-aaaa1111',
    });
    expect(batches.map(({ features }) => features.map((feature) => feature.feature_index))).toEqual([
      [0, 1, 3],
      [4, 6, 7],
      [9, 10],
    ]);
    expect(await read('whole/neuronpedia/skipped_indexes.json')).toMatchObject({
      skipped_indexes: [2, 5, 8, 11],
    });
    const lines = (await readFile(join(target, 'latents.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      DESCRIBED.map((latent) => ({
        latent,
        density: 0.1,
        maxActivation: 1.5,
        ...featuresOf(latent),
        probing: latent === 3 ? PROBE : null,
      })),
    );
    expect(await read('whole/about.json')).toMatchObject({
      format: 'sae-lab latents 2',
      runHash: 'aaaa1111',
      latents: 8,
      width: WIDTH,
      probing: { version: 3, documents: 50, settings: {} },
    });
  });

  it('replaces an earlier export and an empty folder, and nothing else', async () => {
    const described = await findDescribedRun(db, 'layers', '1');
    const target = join(folder, 'replaced');
    await mkdir(target);
    expect(await isExport(target)).toBe(false);
    for (const batch of [2, 8]) {
      await exportFeatures(db, described, target, { batch });
      const about = join(target, 'about.json');
      if (batch === 2) await writeFile(about, JSON.stringify({ format: 'sae-lab latents 1' }));
    }
    expect(await isExport(target)).toBe(true);
    expect(
      (await readdir(join(target, 'neuronpedia'))).filter((name) => name.startsWith('batch')),
    ).toHaveLength(1);
    const other = join(folder, 'other');
    await mkdir(other);
    await writeFile(join(other, 'thesis.txt'), 'mine');
    expect(await codeOf(exportFeatures(db, described, other, { batch: 8 }))).toMatch(/^files\./);
    expect(await readdir(other)).toEqual(['thesis.txt']);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  const python = process.env['SAE_LAB_PEERS_PYTHON'] || 'python3';
  const imported = spawnSync(python, ['-c', 'import sae_dashboard.neuronpedia.neuronpedia_dashboard']);
  const lacks = imported.status === 0 ? '' : ` (skipped: ${python} has no sae-dashboard)`;

  it.skipIf(lacks !== '')(`writes what SAEDashboard's own classes write${lacks}`, async () => {
    const target = join(folder, 'checked');
    await exportFeatures(db, await findDescribedRun(db, 'layers', '1'), target, { batch: 3 });
    const script = fileURLToPath(new URL('../../../../tests/reference/neuronpedia.py', import.meta.url));
    const { status, stderr } = spawnSync(python, [script, target], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });
});

describe('findDescribedRun', () => {
  it.each([
    ['layers', 'aaaa1', 'aaaa1111'],
    ['layers', '2', 'aaaa2222'],
    ['aaaa2222', undefined, 'aaaa2222'],
  ])('finds %s --run %s', async (name, which, runHash) => {
    expect((await findDescribedRun(db, name, which)).run.runHash).toBe(runHash);
  });

  it.each([
    ['layers', undefined, 'share.ambiguous-run'],
    ['layers', 'aaaa', 'share.ambiguous-run'],
    ['layers', '9', 'share.unknown-run'],
    ['layers', 'cccc', 'share.unknown-run'],
    ['nothing', undefined, 'share.unknown-run'],
  ])('refuses %s --run %s with %s', async (name, which, code) => {
    expect(await codeOf(findDescribedRun(db, name, which))).toBe(code);
  });

  it('names the command where latents were never described', async () => {
    await expect(findDescribedRun(db, 'layers', 'bbbb3333')).rejects.toMatchObject({
      code: 'share.no-features',
      message: expect.stringContaining('pnpm evaluate layers --only features'),
    });
  });
});
