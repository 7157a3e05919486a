import { SPLIT_SEED } from '../../activations/index.ts';
import { activationsNotFinite } from '../../activations/unusable-activations.ts';
import type { InferenceSae } from '../../sae/inference-sae.ts';
import { SparseEncoder } from '../../sae/sparse-encoder.ts';
import { stopIfAsked } from '../../stop.ts';
import type { EvaluationProgress, HeldOutActivations } from '../contract.ts';
import type { MatchedLatents, MatchSettings, SaeMatches } from './contract.ts';
import { FiringBits } from './firing-bits.ts';
import { matchFigures } from './match-figures.ts';
import { matchRows, type RowMatches } from './match-rows.ts';
import { randomMatches } from './random-matches.ts';

interface MatchContext {
  readonly activations: HeldOutActivations;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: EvaluationProgress) => void) | undefined;
}

/** Rows of a batch. The last bits of a code may depend on its batch, so nothing else decides it. */
const BATCH_ROWS = 1024;

/**
 * Matches the latents of two SAEs of one hook: best match both ways, one-to-one assignment, and which fire together. Cosines
 * are those of decoder rows, so neither norms nor the order of latents matter.
 *
 * Sources: Sharkey, Braun and Millidge, "Taking features out of superposition with sparse autoencoders", 2022 (mean max
 * cosine similarity); Paulo and Belrose, "Sparse autoencoders trained on the same data learn different features", 2025
 * (one-to-one assignment over seeds).
 *
 * @throws {SaeLabError} `activations.not-finite`, `run.stopped`
 */
export async function matchSaes(
  a: InferenceSae,
  b: InferenceSae,
  { activations, signal, onProgress }: MatchContext,
  { maxTokens }: MatchSettings,
): Promise<SaeMatches> {
  const firing = await firingOf([a, b], { activations, signal, onProgress }, maxTokens);
  const [ofA, ofB] = firing.bits as [FiringBits, FiringBits];
  const live = { a: liveLatents(a, ofA), b: liveLatents(b, ofB) };
  const found = await matchRows(rowsOf(a, live.a), rowsOf(b, live.b), { signal });
  const random = await randomMatches({ a: a.dSae, b: b.dSae, dIn: a.dIn }, signal);
  return {
    a: spread(found.a, live.a, live.b, { own: ofA, other: ofB, tokens: firing.tokens }),
    b: spread(found.b, live.b, live.a, { own: ofB, other: ofA, tokens: firing.tokens }),
    figures: matchFigures(found, { a: a.dSae, b: b.dSae }),
    random,
    tokens: firing.tokens,
    documents: firing.documents,
  };
}

async function firingOf(
  saes: readonly InferenceSae[],
  { activations: { store, holdout }, signal, onProgress }: MatchContext,
  maxTokens: number,
): Promise<{ bits: FiringBits[]; tokens: number; documents: number }> {
  const split = { holdout, seed: SPLIT_SEED, part: 'held-out' } as const;
  const total = Math.min(maxTokens, await store.countRows(split));
  const bits = saes.map(({ dSae }) => new FiringBits(dSae, total));
  const encoders = saes.map((sae) => new SparseEncoder(sae));
  const documents = new Set<number>();
  let tokens = 0;
  try {
    for await (const batch of store.sequentialBatches({ batchSize: BATCH_ROWS, split, maxRows: total })) {
      await stopIfAsked(signal);
      if (!batch.activations.every(Number.isFinite)) throw activationsNotFinite('evaluation');
      for (const [i, encoder] of encoders.entries()) {
        bits[i]!.add(await encoder.encode(batch.activations, batch.rows), tokens);
      }
      for (const hash of batch.document_hashes) documents.add(hash);
      tokens += batch.rows;
      onProgress?.({ done: tokens, total, unit: 'tokens' });
    }
  } finally {
    for (const encoder of encoders) encoder.dispose();
  }
  return { bits, tokens, documents: documents.size };
}

/** The latents that fired and have a direction. */
function liveLatents({ dIn, dSae, tensors }: InferenceSae, { fired }: FiringBits): Int32Array {
  const decoder = tensors['W_dec']!.data;
  const hasDirection = (latent: number): boolean =>
    decoder.subarray(latent * dIn, (latent + 1) * dIn).some((value) => value !== 0);
  return Int32Array.from(Array(dSae).keys()).filter((latent) => fired[latent]! > 0 && hasDirection(latent));
}

function rowsOf({ dIn, tensors }: InferenceSae, latents: Int32Array): { data: Float32Array; dIn: number } {
  const decoder = tensors['W_dec']!.data;
  const data = new Float32Array(latents.length * dIn);
  latents.forEach((latent, row) => data.set(decoder.subarray(latent * dIn, (latent + 1) * dIn), row * dIn));
  return { data, dIn };
}

/** The matches of live latents under the indices of all. */
function spread(
  { best, cosine, partner, partnerCosine }: RowMatches,
  own: Int32Array,
  other: Int32Array,
  firing: { readonly own: FiringBits; readonly other: FiringBits; readonly tokens: number },
): MatchedLatents {
  const dSae = firing.own.fired.length;
  const all = {
    best: new Int32Array(dSae).fill(-1),
    cosine: new Float32Array(dSae).fill(Number.NaN),
    partner: new Int32Array(dSae).fill(-1),
    partnerCosine: new Float32Array(dSae).fill(Number.NaN),
    density: Float32Array.from(firing.own.fired, (fired) => fired / firing.tokens),
    together: new Float32Array(dSae).fill(Number.NaN),
  };
  own.forEach((latent, row) => {
    const match = other[best[row]!];
    if (match === undefined) return;
    all.best[latent] = match;
    all.cosine[latent] = cosine[row]!;
    all.partner[latent] = partner[row]! < 0 ? -1 : other[partner[row]!]!;
    all.partnerCosine[latent] = partnerCosine[row]!;
    all.together[latent] = firing.own.together(latent, firing.other, match) / firing.own.fired[latent]!;
  });
  return all;
}
