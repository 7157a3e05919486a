import type { SparseEncoder } from '../../sae/sparse-encoder.ts';
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
  encoder: SparseEncoder,
  x: Float32Array,
  letters: readonly KnownLetter[],
  signal?: AbortSignal,
): Promise<number[][]> {
  const { dIn, dSae } = encoder.sae;
  // Weight of each row in each letter's difference of means.
  const weights = letters.map(({ members: { train } }) => {
    const own = train.filter(({ isClass }) => isClass).length;
    return new Map(
      train.map(({ document, isClass }) => [document, isClass ? 1 / own : -1 / (train.length - own)]),
    );
  });
  const differences = letters.map(() => new Float64Array(dSae));
  for await (const { first, rows, code } of encodedSlices(encoder, x, signal)) {
    const { rowStart, latentOf, values } = code;
    for (const [letter, weight] of weights.entries()) {
      const difference = differences[letter]!;
      for (let row = 0; row < rows; row++) {
        const times = weight.get(first + row);
        if (times === undefined) continue;
        for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
          difference[latentOf[entry]!]! += times * values[entry]!;
        }
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
    data: new Float32Array((x.length / dIn) * columns.length),
  };
  const columnOf = new Map(columns.map((latent, j) => [latent, j]));
  for await (const { first, rows, code } of encodedSlices(encoder, x, signal)) {
    const { rowStart, latentOf, values } = code;
    for (let row = 0; row < rows; row++) {
      for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
        const column = columnOf.get(latentOf[entry]!);
        if (column !== undefined) codes.data[(first + row) * columns.length + column] = values[entry]!;
      }
    }
  }
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
