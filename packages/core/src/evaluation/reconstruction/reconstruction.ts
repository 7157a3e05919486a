import { z } from 'zod';
import { SPLIT_SEED, type ActivationStore } from '../../activations/index.ts';
import { activationsNotFinite } from '../../activations/unusable-activations.ts';
import { LoadedSae } from '../../sae/loaded-sae.ts';
import { stopIfAsked } from '../../stop.ts';
import {
  defineEvaluation,
  type EvaluationContext,
  type EvaluationResult,
  type Subject,
} from '../contract.ts';
import { reconstruct } from '../evaluate.ts';
import { evaluationBatch } from '../evaluation-batch.ts';
import { ReconstructionFigures } from '../reconstruction-figures.ts';
import { SparsityFigures } from '../sparsity-figures.ts';
import { warnOfFewDocuments } from '../too-few-documents.ts';
import { DocumentFigures } from './document-figures.ts';
import { Rebatch, type Rows } from './rebatch.ts';

/** Rows that are read from disk at once. */
const READ_ROWS = 4096;

const settings = z.strictObject({
  maxTokens: z
    .int()
    .positive()
    .optional()
    .describe('Maximum number of held-out activations to evaluate on; all by default.'),
});

/** The figures that every run has, with intervals: on the same rows they are equal bit for bit. */
export const reconstruction = defineEvaluation({
  name: 'reconstruction',
  version: 1,
  meaning: 'How well the SAE reconstructs held-out activations, and how sparse its codes are.',
  needs: 'activations',
  settings,
  figures: [
    'l0',
    'explained_variance',
    'mse',
    'cosine',
    'l2_ratio',
    'relative_reconstruction_bias',
    'l1',
    'dead_fraction',
    'dense_fraction_1pc',
    'dense_fraction_10pc',
    'rare_fraction',
    'dense_share_1pc',
    'dense_share_10pc',
    'evaluation_tokens',
  ],
  evaluate: measureAll,
});

async function measureAll(
  { saes, activations, signal, onProgress, warn }: EvaluationContext,
  { maxTokens }: z.infer<typeof settings>,
): Promise<EvaluationResult[]> {
  const { store, holdout } = activations!;
  const split = { holdout, seed: SPLIT_SEED, part: 'held-out' } as const;
  const total = Math.min(maxTokens ?? Infinity, await store.countRows(split));
  const measured = saes.map((subject) => new Measurement(subject));
  // SAEs of one width have the same batches, whichever others share the pass.
  const groups = [...Map.groupBy(measured, ({ batchSize }) => batchSize)].map(([batchSize, group]) => ({
    rebatch: new Rebatch(store.dIn, batchSize),
    group,
  }));
  const measure = async (batches: Iterable<Rows>, group: readonly Measurement[]): Promise<void> => {
    for (const rows of batches) {
      for (const one of group) {
        await stopIfAsked(signal);
        await one.add(rows);
      }
    }
  };
  try {
    let done = 0;
    for await (const rows of rowsOf(store, split, maxTokens)) {
      await stopIfAsked(signal);
      for (const { rebatch, group } of groups) await measure(rebatch.add(rows), group);
      done += rows.documentHashes.length;
      onProgress?.({ done, total, unit: 'tokens' });
    }
    for (const { rebatch, group } of groups) await measure(rebatch.rest(), group);
  } finally {
    for (const one of measured) one.dispose();
  }
  const results = measured.map((one) => one.result());
  warnOfFewDocuments(results, warn);
  return results;
}

async function* rowsOf(
  store: ActivationStore,
  split: Parameters<ActivationStore['countRows']>[0],
  maxRows: number | undefined,
): AsyncGenerator<Rows> {
  for await (const batch of store.sequentialBatches({ batchSize: READ_ROWS, split, maxRows })) {
    yield { activations: batch.activations, documentHashes: batch.document_hashes };
  }
}

/** One SAE during the pass. */
class Measurement {
  readonly batchSize: number;
  readonly #sae: LoadedSae;
  readonly #reconstruction: ReconstructionFigures;
  readonly #sparsity: SparsityFigures;
  readonly #documents: DocumentFigures;

  constructor({ sae }: Subject) {
    this.batchSize = evaluationBatch(sae);
    this.#sae = new LoadedSae(sae);
    this.#reconstruction = new ReconstructionFigures(sae.dIn);
    this.#sparsity = new SparsityFigures(sae.dSae);
    this.#documents = new DocumentFigures(sae.dIn);
  }

  async add({ activations, documentHashes }: Rows): Promise<void> {
    const { code, decoded } = await reconstruct(this.#sae, activations);
    this.#sparsity.add(code);
    this.#reconstruction.add(activations, decoded);
    this.#documents.add(activations, code, decoded, documentHashes);
    if (!this.#reconstruction.inputIsFinite) throw activationsNotFinite('evaluation');
  }

  result(): EvaluationResult {
    const figures = { ...this.#sparsity.result(), ...this.#reconstruction.result() };
    return {
      figures,
      intervals: this.#documents.intervals(figures),
      histograms: this.#sparsity.histograms(),
      tokens: figures.evaluation_tokens,
      documents: this.#documents.documents,
    };
  }

  dispose(): void {
    this.#sae.dispose();
  }
}
