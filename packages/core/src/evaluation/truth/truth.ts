import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { membership, SPLIT_SEED } from '../../activations/store/holdout.ts';
import { truthOf } from '../../activations/synthetic/true-directions.ts';
import { syntheticWindows } from '../../activations/synthetic/synthetic-rows.ts';
import { DATASET_START } from '../../activations/extraction/dataset/windows.ts';
import { SparseEncoder } from '../../sae/sparse-encoder.ts';
import { stopIfAsked } from '../../stop.ts';
import { bestMatches } from '../best-matches.ts';
import { defineEvaluation, type EvaluationContext } from '../contract.ts';
import { activeAmong } from './active-among.ts';
import { TruthCounts } from './truth-counts.ts';

/**
 * Compares the latents of an SAE with the true features of synthetic activations: do they fire on the same rows?
 *
 * Source of the definition of absorption: Chanin et al., "A is for absorption", 2024.
 */
export const truth = defineEvaluation({
  name: 'truth',
  version: 1,
  meaning: 'Whether latents fire where the true features of synthetic activations are active.',
  needs: 'truth',
  settings: z.strictObject({
    maxTokens: z.int().positive().default(50_000).describe('Maximum number of held-out activations.'),
  }),
  figures: ['feature_f1', 'split_fraction', 'true_absorption'],
  async evaluate(context, { maxTokens }) {
    const { spec, directions } = requireTruth(context);
    const { saes, activations, signal, onProgress } = context;
    const split = { holdout: activations!.holdout, seed: SPLIT_SEED, part: 'held-out' } as const;
    const isMember = membership(split);
    const total = Math.min(maxTokens, await activations!.store.countRows(split));
    const encoders = saes.map(({ sae }) => new SparseEncoder(sae));
    try {
      const counts: TruthCounts[] = [];
      for (const { sae } of saes) {
        const match = await bestMatches(directions, sae.tensors['W_dec']!, signal);
        const reverse = await bestMatches(sae.tensors['W_dec']!, directions, signal);
        counts.push(new TruthCounts(spec, match.row, reverse));
      }
      let rows = 0;
      for await (const window of syntheticWindows(spec, DATASET_START, signal)) {
        const kept: number[] = [];
        for (let row = 0; row < window.rows.count && rows + kept.length < maxTokens; row++) {
          if (isMember?.(window.rows.columns.document_hashes[row]!) !== false) kept.push(row);
        }
        if (kept.length === 0) continue;
        const x = rowsOf(window.rows.activations, spec.dIn, kept);
        const documents = kept.map((row) => window.rows.columns.document_ids[row]!);
        const active = kept.map((row) => window.active[row]!);
        for (const [i, encoder] of encoders.entries()) {
          const fires = await activeAmong(encoder, x, counts[i]!.latents, signal);
          counts[i]!.add(documents, active, fires);
        }
        rows += kept.length;
        onProgress?.({ done: rows, total, unit: 'tokens' });
        if (rows >= maxTokens) break;
      }
      await stopIfAsked(signal);
      return counts.map((one) => one.result());
    } finally {
      for (const encoder of encoders) encoder.dispose();
    }
  },
});

function requireTruth({ activations }: EvaluationContext) {
  const manifest = activations!.store.manifest;
  const directions = truthOf(manifest);
  if (directions !== undefined && 'synthetic' in manifest) {
    return { spec: manifest.synthetic.spec, directions };
  }
  throw new SaeLabError('evaluation.no-truth', {
    problem: 'the true features of these activations are unknown',
    field: 'evaluation truth',
    expected: "activations of kind 'synthetic'",
    received: `activations of ${manifest.hook.name}`,
    fix: "Leave out the evaluation 'truth', or train on synthetic activations.",
  });
}

function rowsOf(activations: Float32Array, dIn: number, rows: readonly number[]): Float32Array {
  const x = new Float32Array(rows.length * dIn);
  rows.forEach((row, i) => x.set(activations.subarray(row * dIn, (row + 1) * dIn), i * dIn));
  return x;
}
