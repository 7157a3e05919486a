/** What the tests of this folder share: SAEs and held-out text of the bundled model. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll } from 'vitest';
import { extractActivations, SPLIT_SEED, type SequentialBatch } from '../../activations/index.ts';
import type { ExtractionSpec } from '../../activations/extraction/plan.ts';
import { prepareExtraction } from '../../activations/extraction/plan.ts';
import { collect, smallSpec } from '../../activations/test-support.ts';
import { LoadedSae } from '../../sae/loaded-sae.ts';
import { randomSae } from '../../sae/random-sae.ts';
import type { EvaluationContext, Subject } from '../contract.ts';
import { heldOutText } from '../held-out-text.ts';
import type { LatentFeatures } from '../latent-features.ts';
import { featureSettings, type FeatureSettings } from './feature-settings.ts';
import { features } from './features.ts';

const HOOK = 'blocks.2.hook_resid_post';
const HOLDOUT = 0.4;
export const HELD_OUT = { holdout: HOLDOUT, seed: SPLIT_SEED, part: 'held-out' } as const;

/** Latents of the first SAE. */
export const WIDTH = 48;

/** Held-out text of the corpus with its activations. */
export async function contextOf(
  dataDir: string,
  saes: readonly Subject[],
  change: Partial<ExtractionSpec> = {},
): Promise<EvaluationContext> {
  const spec = smallSpec(dataDir, { hooks: [HOOK], ...change });
  const [store] = await extractActivations(spec);
  const text = heldOutText(await prepareExtraction(spec), HOLDOUT);
  return { hook: store!.hook, saes, activations: { store: store!, holdout: HOLDOUT }, text, dataDir };
}

/** The latents of each SAE. */
export async function describeLatents(
  context: EvaluationContext,
  settings: Partial<FeatureSettings> = {},
): Promise<Map<string, LatentFeatures[]>> {
  const found = new Map<string, LatentFeatures[]>();
  const onFeatures = (id: string, latents: readonly LatentFeatures[]): Promise<void> => {
    found.set(id, [...(found.get(id) ?? []), ...latents]);
    return Promise.resolve();
  };
  await features.evaluate({ ...context, onFeatures }, featureSettings.parse(settings));
  return found;
}

export const SAES: readonly [Subject, Subject] = [
  { id: 'standard', sae: randomSae(WIDTH, 1) },
  { id: 'topk', sae: randomSae(WIDTH + 16, 2, { architecture: 'topk' }) },
];

interface Corpus {
  readonly folder: string;
  /** Of {@link SAES}. */
  readonly context: EvaluationContext;
  /** The latents of each SAE with the default settings. */
  readonly found: ReadonlyMap<string, LatentFeatures[]>;
  /** All held-out rows. */
  readonly rows: SequentialBatch;
  /** The code of the first SAE, [rows, WIDTH]. */
  readonly code: Float32Array;
}

/** Prepares the corpus before the tests of a file. Its fields are there once they run. */
export function useCorpus(): Corpus {
  const folder = mkdtempSync(join(tmpdir(), 'sae-lab-features-'));
  const corpus = {} as Corpus;
  beforeAll(async () => {
    await useCpuBackend({ threads: 2 });
    const context = await contextOf(folder, SAES);
    const { store } = context.activations!;
    const [rows] = await collect(store.sequentialBatches({ batchSize: 100_000, split: HELD_OUT }));
    const code = await codeOf(SAES[0], rows!);
    Object.assign(corpus, { folder, context, found: await describeLatents(context), rows, code });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return corpus;
}

async function codeOf({ sae }: Subject, { activations, rows }: SequentialBatch): Promise<Float32Array> {
  const loaded = new LoadedSae(sae);
  const dense = tf.tidy(() => loaded.encode(tf.tensor2d(activations, [rows, sae.dIn])));
  const values = await dense.data<'float32'>();
  dense.dispose();
  loaded.dispose();
  return values;
}
