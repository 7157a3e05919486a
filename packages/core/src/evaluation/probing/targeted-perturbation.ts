import { DocumentSums } from '../interval.ts';
import { isRight, meanDifferences, trainProbe, type ColumnProbe, type DocumentMatrix } from './columns.ts';
import type { DocumentClass } from './document-classes.ts';
import { addScore, type Scores } from './sparse-probing.ts';

/** Numbers of latents that are ablated. */
export const ABLATED = [2, 5, 10, 20, 50] as const;

/** What the latents of an SAE are removed from, and the probes that notice. */
export interface PerturbedData {
  /** Mean activations, [documents, dIn]. */
  readonly raw: DocumentMatrix;
  /** Mean codes, [documents, dSae]. */
  readonly codes: DocumentMatrix;
  /** [dSae, dIn] */
  readonly decoder: Float32Array;
  readonly classes: readonly DocumentClass[];
  /** Of each class, on `raw`. */
  readonly probes: readonly ColumnProbe[];
  /** Hash of each document's text. */
  readonly hashes: ArrayLike<number>;
}

/** Probes on all dimensions of the mean activations, one for each class. */
export function rawProbes(raw: DocumentMatrix, classes: readonly DocumentClass[]): ColumnProbe[] {
  const all = Array.from({ length: raw.columns }, (_, d) => d);
  return classes.map((one) => trainProbe(raw, one, all));
}

/**
 * Targeted probe perturbation: removes the latents of one class from the activations and looks how much worse the probe of
 * that class becomes, compared with the probes of the others. 0 if the latents say nothing about the class, or as much about
 * the others.
 *
 * The effect of a latent on a class is max(0, its difference of class means) · (probe's weights · decoder row). Zeroing a
 * latent in the code and keeping the SAE's error changes an activation by −f · decoder row, so the change of a document's
 * mean follows from its mean code: no activation is computed again.
 *
 * Source: Karvonen et al., "Evaluating sparse autoencoders on targeted concept erasure tasks", 2024.
 */
export function targetedPerturbation(data: PerturbedData): Scores {
  const { codes, decoder, classes, probes } = data;
  const rankings = classes.map((one, c) => byEffect(codes, decoder, one, probes[c]!));
  const scores: Scores = { figures: {}, intervals: {} };
  for (const n of ABLATED) {
    const ablated = rankings.map((ranking) => ranking.slice(0, n));
    addScore(scores, `tpp_${n}`, score(data, ablated));
  }
  return scores;
}

/** Latents with a positive effect on the probe of a class, largest first. */
function byEffect(
  codes: DocumentMatrix,
  decoder: Float32Array,
  one: DocumentClass,
  { probe, deviation }: ColumnProbe,
): number[] {
  const dIn = deviation.length;
  const difference = meanDifferences(codes, one);
  const effect = difference.map((value, latent) => {
    if (value <= 0) return 0;
    let projection = 0;
    for (let d = 0; d < dIn; d++) {
      projection += (probe.weights[d]! / deviation[d]!) * decoder[latent * dIn + d]!;
    }
    return value * projection;
  });
  return [...effect.keys()]
    .filter((latent) => effect[latent]! > 0)
    .toSorted((a, b) => effect[b]! - effect[a]! || a - b);
}

/** Mean over classes i of the accuracy lost by probe i, minus the mean lost by the other probes, when i is ablated. */
function score(
  { raw, codes, decoder, classes, probes, hashes }: PerturbedData,
  ablated: readonly (readonly number[])[],
) {
  const C = classes.length;
  // For each ablated class i and probe j: documents, and those that the ablation made wrong less those it made right.
  const sums = new DocumentSums(2 * C * C);
  classes.forEach((one, j) => {
    for (const member of one.test) {
      const before = isRight(probes[j]!, raw, member);
      const values = new Float64Array(2 * C * C);
      for (let i = 0; i < C; i++) {
        const change = removal(codes, decoder, ablated[i]!, member.document, raw.columns);
        const after = isRight(probes[j]!, raw, member, change);
        values[2 * (i * C + j)] = Number(before) - Number(after);
        values[2 * (i * C + j) + 1] = 1;
      }
      sums.add(hashes[member.document]!, values);
    }
  });
  const figure = (totals: Float64Array): number => {
    const lost = (i: number, j: number): number => totals[2 * (i * C + j)]! / totals[2 * (i * C + j) + 1]!;
    let sum = 0;
    for (let i = 0; i < C; i++) {
      let others = 0;
      for (let j = 0; j < C; j++) if (j !== i) others += lost(i, j);
      sum += lost(i, i) - others / (C - 1);
    }
    return sum / C;
  };
  return { value: figure(sums.total), interval: sums.interval(figure) };
}

/** −Σ f̄ · decoder row over the ablated latents, [dIn]. */
function removal(
  { columns, data }: DocumentMatrix,
  decoder: Float32Array,
  latents: readonly number[],
  document: number,
  dIn: number,
): Float64Array {
  const change = new Float64Array(dIn);
  for (const latent of latents) {
    const f = data[document * columns + latent]!;
    if (f === 0) continue;
    for (let d = 0; d < dIn; d++) change[d]! -= f * decoder[latent * dIn + d]!;
  }
  return change;
}
