import { join } from 'node:path';
import { PROJECT_ROOT } from '@sae-lab/command-line';
import { saveSae, seeded, type InferenceSae } from '@sae-lab/core';
import {
  extractActivations,
  synthesizeActivations,
  type ActivationStore,
  type ExtractionSpec,
} from '@sae-lab/core/activations';

/** What a case evaluates, on disk. */
export interface BenchData {
  readonly dataDir: string;
  /** The text of the activations; null for synthetic ones. */
  readonly text: ExtractionSpec | null;
  readonly hook: string;
  readonly dIn: number;
  readonly activationsFolder: string;
  readonly saeFolders: readonly string[];
  readonly extractionSecondsPer100kTokens: number;
}

export interface BenchSize {
  readonly tokens: number;
  readonly width: number;
  readonly saes: number;
}

const K = 32;

/** Extracts activations of the bundled model, which is timed, and saves random TopK SAEs. */
export async function prepareModelData(dataDir: string, size: BenchSize): Promise<BenchData> {
  const models = join(PROJECT_ROOT, 'models');
  const spec: ExtractionSpec = {
    model: { kind: 'folder', folder: join(models, 'neox-1.7m') },
    dataset: { kind: 'jsonl', path: join(models, 'corpus', 'public-domain-en.jsonl.gz') },
    hooks: ['blocks.2.hook_resid_post'],
    settings: { maxRows: size.tokens },
    dataDir,
  };
  const start = performance.now();
  const [store] = await extractActivations(spec);
  return withSaes(dataDir, spec, store!, performance.now() - start, size);
}

/** Synthesises activations of the bundled model's width, which is timed, and saves random TopK SAEs. */
export async function prepareSyntheticData(dataDir: string, size: BenchSize): Promise<BenchData> {
  const start = performance.now();
  const store = await synthesizeActivations(
    { kind: 'synthetic', features: size.width, dIn: 128, active: 8, rows: size.tokens },
    dataDir,
  );
  return withSaes(dataDir, null, store, performance.now() - start, size);
}

async function withSaes(
  dataDir: string,
  text: ExtractionSpec | null,
  { hook, dIn, rows, folder }: ActivationStore,
  milliseconds: number,
  { width, saes }: BenchSize,
): Promise<BenchData> {
  const kind = text === null ? 'synthetic' : 'model';
  const saeFolders = Array.from({ length: saes }, (_, seed) => join(dataDir, 'saes', kind, String(seed)));
  const origin = { modelName: 'neox-1.7m', hookName: hook, contextSize: 128, prependBos: true };
  for (const [seed, saeFolder] of saeFolders.entries()) {
    await saveSae(saeFolder, randomSae(dIn, width, seed), origin);
  }
  return {
    dataDir,
    text,
    hook,
    dIn,
    activationsFolder: folder,
    saeFolders,
    extractionSecondsPer100kTokens: (milliseconds / 1000 / rows) * 100_000,
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
