import { extractActivations, type ActivationStore, type ExtractionSpec } from '../../activations/index.ts';
import { prepareExtraction } from '../../activations/extraction/plan.ts';
import type { EvaluationContext, EvaluationDefinition, Subject } from '../../evaluation/contract.ts';
import { heldOutText, type HeldOutText } from '../../evaluation/held-out-text.ts';
import { seeded } from '../../random/seeded.ts';
import type { InferenceSae, SaeTensor } from '../../sae/inference-sae.ts';

const HOLDOUT = 0.5;

/** What evaluations are tested on: held-out documents of a model, and their activations. */
export interface EvaluationData {
  readonly store: ActivationStore;
  readonly text: HeldOutText;
  readonly dataDir: string;
  readonly threads: number;
}

/** Extracts the activations of one hook. */
export async function evaluationData(spec: ExtractionSpec, threads: number): Promise<EvaluationData> {
  const [store] = await extractActivations({ ...spec, threads });
  const prepared = await prepareExtraction(spec);
  return { store: store!, text: heldOutText(prepared, HOLDOUT), dataDir: spec.dataDir, threads };
}

/** What an evaluation that asks for `needs` is given. */
export function contextFor(
  { needs }: Pick<EvaluationDefinition, 'needs'>,
  { store, text, dataDir, threads }: EvaluationData,
  saes: readonly Subject[],
): EvaluationContext {
  return {
    hook: store.hook,
    saes,
    ...(needs !== 'weights' && { activations: { store, holdout: HOLDOUT } }),
    ...(needs === 'text' && { text }),
    dataDir,
    threads,
  };
}

/** SAEs with random weights: of each architecture, and of several widths. */
export function randomSubjects(dIn: number): Subject[] {
  return [
    { id: 'standard', sae: randomSae(dIn, 2 * dIn, { architecture: 'standard' }) },
    { id: 'topk', sae: randomSae(dIn, 3 * dIn, { architecture: 'topk', k: 5 }) },
    { id: 'jumprelu', sae: randomSae(dIn, 2 * dIn, { architecture: 'jumprelu' }) },
    { id: 'gated', sae: randomSae(dIn, dIn, { architecture: 'gated' }) },
  ];
}

function randomSae(dIn: number, dSae: number, kind: Pick<InferenceSae, 'architecture' | 'k'>): InferenceSae {
  const random = seeded(0, 'evaluation', kind.architecture);
  const tensor = (scale: number, ...shape: number[]): SaeTensor => ({
    shape,
    data: Float32Array.from(
      { length: shape.reduce((product, size) => product * size, 1) },
      () => scale * random.normal(),
    ),
  });
  const biases = kind.architecture === 'gated' ? ['b_gate', 'b_mag', 'r_mag'] : ['b_enc'];
  if (kind.architecture === 'jumprelu') biases.push('threshold');
  return {
    ...kind,
    dIn,
    dSae,
    applyBDecToInput: true,
    tensors: {
      W_enc: tensor(1 / Math.sqrt(dIn), dIn, dSae),
      W_dec: tensor(1 / Math.sqrt(dSae), dSae, dIn),
      b_dec: tensor(0.1, dIn),
      ...Object.fromEntries(biases.map((name) => [name, tensor(0.1, dSae)])),
    },
  };
}
