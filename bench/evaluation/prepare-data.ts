import { join } from 'node:path';
import { PROJECT_ROOT } from '@sae-lab/command-line';
import { saveSae, seeded, type InferenceSae } from '@sae-lab/core';
import { extractActivations, type ExtractionSpec } from '@sae-lab/core/activations';

/** What every case evaluates, on disk. */
export interface BenchData {
  readonly spec: ExtractionSpec;
  readonly hook: string;
  readonly dIn: number;
  readonly activationsFolder: string;
  readonly saeFolders: readonly string[];
  readonly extractionSecondsPer100kTokens: number;
}

const K = 32;

/** Extracts activations of the bundled model, which is timed, and saves random TopK SAEs. */
export async function prepareData(
  dataDir: string,
  { tokens, width, saes }: { tokens: number; width: number; saes: number },
): Promise<BenchData> {
  const models = join(PROJECT_ROOT, 'models');
  const spec: ExtractionSpec = {
    model: { kind: 'folder', folder: join(models, 'neox-1.7m') },
    dataset: { kind: 'jsonl', path: join(models, 'corpus', 'public-domain-en.jsonl.gz') },
    hooks: ['blocks.2.hook_resid_post'],
    settings: { maxRows: tokens },
    dataDir,
  };
  const start = performance.now();
  const [store] = await extractActivations(spec);
  const seconds = (performance.now() - start) / 1000;
  const { hook, dIn, rows, folder } = store!;
  const saeFolders = Array.from({ length: saes }, (_, seed) => join(dataDir, 'saes', String(seed)));
  const origin = { modelName: 'neox-1.7m', hookName: hook, contextSize: 128, prependBos: true };
  for (const [seed, saeFolder] of saeFolders.entries()) {
    await saveSae(saeFolder, randomSae(dIn, width, seed), origin);
  }
  return {
    spec,
    hook,
    dIn,
    activationsFolder: folder,
    saeFolders,
    extractionSecondsPer100kTokens: (seconds / rows) * 100_000,
  };
}

function randomSae(dIn: number, dSae: number, seed: number): InferenceSae {
  const random = seeded(seed, 'bench');
  const matrix = (rows: number, columns: number) => ({
    shape: [rows, columns],
    data: Float32Array.from({ length: rows * columns }, () => random.normal() / Math.sqrt(dIn)),
  });
  return {
    architecture: 'topk',
    k: Math.min(K, dSae),
    dIn,
    dSae,
    applyBDecToInput: true,
    tensors: {
      W_enc: matrix(dIn, dSae),
      b_enc: { shape: [dSae], data: new Float32Array(dSae) },
      W_dec: matrix(dSae, dIn),
      b_dec: { shape: [dIn], data: new Float32Array(dIn) },
    },
  };
}
