import { SaeLabError } from '@sae-lab/errors';
import { SPLIT_SEED } from '../../activations/index.ts';
import { activationsNotFinite } from '../../activations/unusable-activations.ts';
import { SparseEncoder } from '../../sae/sparse-encoder.ts';
import { stopIfAsked } from '../../stop.ts';
import {
  defineEvaluation,
  type EvaluationContext,
  type EvaluationResult,
  type HeldOutActivations,
} from '../contract.ts';
import { warnOfFewDocuments } from '../too-few-documents.ts';
import { CE_FIGURES, CeSums } from './ce-sums.ts';
import { ceSettings, type CeSettings } from './ce-settings.ts';
import { spliceAll, type BatchLosses } from './splice-all.ts';
import { textBatches, tokensPerPass, type TextBatch } from './text-batches.ts';

/**
 * What an SAE does to its model: the loss on the next token, and the divergence of its distribution, with the hook's
 * activations replaced by their reconstructions. docs/evaluation.md has the definitions.
 */
export const ce = defineEvaluation({
  name: 'ce',
  version: 1,
  meaning: "The model's loss with the activations replaced by the SAE's reconstructions.",
  needs: 'text',
  settings: ceSettings,
  figures: CE_FIGURES,
  evaluate,
});

/**
 * @throws {SaeLabError} `hook.not-spliceable`, `model.*`, `evaluation.vocabulary`, `evaluation.no-tokens`,
 *   `activations.not-finite`, `run.stopped`
 */
async function evaluate(context: EvaluationContext, settings: CeSettings): Promise<EvaluationResult[]> {
  // An evaluation that needs text is given both.
  const [text, activations] = [context.text!, context.activations!];
  const { saes, signal, threads, dataDir } = context;
  const mean = await trainingMean(activations, settings.meanRows, signal);
  const [hook] = text.model.resolve([context.hook]);
  const model = await text.model.openSpliced(hook!, { threads, dataDir });
  const loaded = saes.map(({ sae }) => new SparseEncoder(sae));
  const sums = saes.map(() => new CeSums());
  try {
    const { store, holdout } = activations;
    const heldOut = await store.countRows({ holdout, seed: SPLIT_SEED, part: 'held-out' });
    const total = Math.min(settings.maxTokens, heldOut);
    const perPass = tokensPerPass(settings, text.settings, model);
    const documents = new Set<number>();
    let [tokens, done] = [0, 0];
    for await (const window of text.windows({ maxTokens: settings.maxTokens, signal })) {
      for (const batch of textBatches(window, perPass)) {
        addLosses(sums, batch, await spliceAll(model, batch, { saes: loaded, mean, settings }));
        for (const { piece } of batch.pieces) documents.add(piece.documentHash);
        tokens += batch.rows;
        done += batch.pieces.reduce((sum, { piece }) => sum + piece.selected.length, 0);
        context.onProgress?.({ done: Math.min(done, total), total, unit: 'tokens' });
        await stopIfAsked(signal);
      }
    }
    if (tokens === 0) throw noTokens(context.hook);
    const results = sums.map((sum) => ({
      ...sum.result(),
      histograms: {},
      tokens,
      documents: documents.size,
    }));
    warnOfFewDocuments(results, context.warn);
    return results;
  } finally {
    loaded.forEach((sae) => sae.dispose());
    await model.close();
  }
}

function addLosses(sums: readonly CeSums[], { pieces }: TextBatch, losses: BatchLosses): void {
  const { clean, zero, mean, saes } = losses;
  let start = 0;
  for (const { piece, positions } of pieces) {
    const end = start + positions.length;
    const sumOf = (values: Float32Array): number => {
      let sum = 0;
      for (let row = start; row < end; row++) sum += values[row]!;
      return sum;
    };
    const shared = {
      tokens: positions.length,
      clean: sumOf(clean),
      zero: sumOf(zero.loss),
      zeroKl: sumOf(zero.divergence),
      mean: sumOf(mean.loss),
    };
    saes.forEach(({ loss, divergence }, i) => {
      sums[i]!.add(piece.documentHash, {
        ...shared,
        spliced: sumOf(loss),
        splicedKl: sumOf(divergence),
      });
    });
    start = end;
  }
}

/** The mean of the activations that SAEs are trained on, [dIn]. */
async function trainingMean(
  { store, holdout }: HeldOutActivations,
  maxRows: number,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const sum = new Float64Array(store.dIn);
  const split = { holdout, seed: SPLIT_SEED, part: 'train' } as const;
  let rows = 0;
  for await (const batch of store.sequentialBatches({ batchSize: 4096, split, maxRows })) {
    await stopIfAsked(signal);
    for (let i = 0; i < batch.activations.length; i++) sum[i % store.dIn]! += batch.activations[i]!;
    rows += batch.rows;
  }
  const mean = Float32Array.from(sum, (value) => value / rows);
  if (!mean.every(Number.isFinite)) throw activationsNotFinite('training');
  return mean;
}

function noTokens(hook: string): SaeLabError {
  return new SaeLabError('evaluation.no-tokens', {
    problem: 'no held-out token can be evaluated',
    field: `hook ${hook}`,
    expected: 'a selected token with a next token in its piece',
    fix: 'Use more documents, or longer pieces.',
  });
}
