/** What the tests of this folder share: SAEs, and held-out text of the bundled model. */
import { writeBundledCheckpoint } from '../../activations/extraction/model/build/bundled-weights.ts';
import { prepareExtraction, type ExtractionSpec } from '../../activations/extraction/plan.ts';
import { extractActivations } from '../../activations/index.ts';
import { CORPUS, smallSpec, temporaryFolder } from '../../activations/test-support.ts';
import { seeded } from '../../random/seeded.ts';
import type { InferenceSae, SaeTensor } from '../../sae/inference-sae.ts';
import type { EvaluationContext, EvaluationResult } from '../contract.ts';
import { heldOutText } from '../held-out-text.ts';
import { ce } from './ce.ts';
import { ceSettings, type CeSettings } from './ce-settings.ts';

const D_IN = 128;

function standard(dSae: number, weight: (latent: number, dimension: number) => number): InferenceSae {
  const matrix = (
    rows: number,
    columns: number,
    entry: (row: number, column: number) => number,
  ): SaeTensor => ({
    shape: [rows, columns],
    data: Float32Array.from({ length: rows * columns }, (_, i) =>
      entry(Math.floor(i / columns), i % columns),
    ),
  });
  return {
    architecture: 'standard',
    dIn: D_IN,
    dSae,
    applyBDecToInput: true,
    tensors: {
      W_enc: matrix(D_IN, dSae, (dimension, latent) => weight(latent, dimension)),
      W_dec: matrix(dSae, D_IN, weight),
      b_enc: { shape: [dSae], data: new Float32Array(dSae) },
      b_dec: { shape: [D_IN], data: new Float32Array(D_IN) },
    },
  };
}

/** A latent for each dimension and sign. */
export const identity = standard(2 * D_IN, (latent, dimension) =>
  latent % D_IN === dimension ? (latent < D_IN ? 1 : -1) : 0,
);
export const zero = standard(8, () => 0);

/** Reconstructs badly, but not at random: it keeps the largest of some random directions. */
export function random(seed: number): InferenceSae {
  const draws = seeded(seed, 'sae');
  const rows = Array.from({ length: 256 * D_IN }, () => draws.normal() / Math.sqrt(D_IN));
  return {
    ...standard(256, (latent, dimension) => rows[latent * D_IN + dimension]!),
    architecture: 'topk',
    k: 8,
  };
}

/** The bundled model as safetensors. */
export async function bundledCheckpoint(): Promise<ExtractionSpec['model']> {
  const folder = temporaryFolder();
  await writeBundledCheckpoint(folder, 1, 'logits');
  return { kind: 'folder', folder };
}

/** Held-out text of the bundled corpus with its activations. */
export async function contextOf(
  saes: Readonly<Record<string, InferenceSae>>,
  change: Partial<ExtractionSpec> = {},
  holdout = 0.6,
): Promise<EvaluationContext> {
  const dataDir = temporaryFolder();
  const spec = smallSpec(dataDir, {
    dataset: { ...CORPUS, documents: 5 },
    hooks: ['blocks.3.hook_mlp_out'],
    threads: 1,
    ...change,
  });
  const [store] = await extractActivations(spec);
  const text = heldOutText(await prepareExtraction(spec), holdout);
  return {
    hook: store!.hook,
    saes: Object.entries(saes).map(([id, sae]) => ({ id, sae })),
    activations: { store: store!, holdout },
    text,
    dataDir,
    threads: 1,
  };
}

/** The results by SAE. */
export async function evaluateCe(
  context: EvaluationContext,
  settings: Partial<CeSettings> = {},
): Promise<Record<string, EvaluationResult>> {
  const results = await ce.evaluate(context, ceSettings.parse(settings));
  return Object.fromEntries(results.map((result, i) => [context.saes[i]!.id, result]));
}
