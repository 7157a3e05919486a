import type { LoadedSae } from '../../sae/loaded-sae.ts';
import { isRight, trainProbe, type DocumentMatrix } from '../probing/columns.ts';
import type { KnownLetter } from './known-letters.ts';
import { encodedSlices } from '../encoded-slices.ts';

/** A latent is added to the main ones while it raises F1 by more than this. */
const JUMP = 0.03;
const MOST_LATENTS = 10;

/**
 * The main latents of each letter: those with the largest difference of class means, as many as raise the F1 of a probe on
 * them by more than 0.03 each, at least one.
 *
 * @param x [rows, dIn]
 * @returns latents by letter
 * @throws {SaeLabError} `run.stopped`
 */
export async function mainLatents(
  sae: LoadedSae,
  x: Float32Array,
  letters: readonly KnownLetter[],
  signal?: AbortSignal,
): Promise<number[][]> {
  const { dSae } = sae.sae;
  // Weight of each row in each letter's difference of means.
  const weights = letters.map(({ members: { train } }) => {
    const own = train.filter(({ isClass }) => isClass).length;
    return new Map(
      train.map(({ document, isClass }) => [document, isClass ? 1 / own : -1 / (train.length - own)]),
    );
  });
  const differences = letters.map(() => new Float64Array(dSae));
  for await (const { first, rows, f } of encodedSlices(sae, x, signal)) {
    for (const [letter, weight] of weights.entries()) {
      for (let row = 0; row < rows; row++) {
        const times = weight.get(first + row);
        if (times === undefined) continue;
        const difference = differences[letter]!;
        for (let latent = 0; latent < dSae; latent++) difference[latent]! += times * f[row * dSae + latent]!;
      }
    }
  }
  // Latents that fire more on the letter. The others may know it, too, but cannot be absorbed.
  const candidates = differences.map((difference) =>
    [...difference.keys()]
      .filter((latent) => difference[latent]! > 0)
      .toSorted((a, b) => difference[b]! - difference[a]! || a - b)
      .slice(0, MOST_LATENTS),
  );
  const columns = [...new Set(candidates.flat())];
  const codes: DocumentMatrix = {
    columns: columns.length,
    data: new Float32Array((x.length / sae.sae.dIn) * columns.length),
  };
  for await (const { first, rows, f } of encodedSlices(sae, x, signal)) {
    for (let row = 0; row < rows; row++) {
      columns.forEach((latent, j) => {
        codes.data[(first + row) * columns.length + j] = f[row * dSae + latent]!;
      });
    }
  }
  const columnOf = new Map(columns.map((latent, j) => [latent, j]));
  return letters.map((letter, i) => {
    const chosen = candidates[i]!;
    let best = 0;
    for (let k = 1; k <= chosen.length; k++) {
      const score = f1(
        codes,
        letter,
        chosen.slice(0, k).map((latent) => columnOf.get(latent)!),
      );
      if (k > 1 && score <= best + JUMP) return chosen.slice(0, k - 1);
      best = score;
    }
    return chosen;
  });
}

/** F1 of a probe on some columns, on its training rows. */
function f1(codes: DocumentMatrix, { members }: KnownLetter, chosen: readonly number[]): number {
  const probe = trainProbe(codes, members, chosen);
  let [hits, errors] = [0, 0];
  for (const member of members.train) {
    const right = isRight(probe, codes, member);
    if (right && member.isClass) hits++;
    if (!right) errors++;
  }
  return (2 * hits) / (2 * hits + errors);
}
