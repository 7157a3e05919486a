import { seeded } from '../../random/seeded.ts';
import { count, emptyHistogram, type Histogram } from '../histogram.ts';
import type { RandomMatches } from './contract.ts';
import type { Rows } from './cosine-tiles.ts';
import { matchRows, type RowMatches } from './match-rows.ts';

/** The pairs of an SAE sweep have few sizes, and one costs as much as a pair. */
const known = new Map<string, RandomMatches>();

/**
 * The matches between two sets of random directions, uniform on the sphere: what SAEs that share nothing would have.
 *
 * @throws {SaeLabError} `run.stopped`
 */
export async function randomMatches(
  size: { readonly a: number; readonly b: number; readonly dIn: number },
  signal?: AbortSignal,
): Promise<RandomMatches> {
  const key = `${size.a} ${size.b} ${size.dIn}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const { a, b } = await matchRows(directions(size.a, size.dIn, 'a'), directions(size.b, size.dIn, 'b'), {
    signal,
  });
  const { match_best, match_one_to_one } = meansOf(a, b);
  const sorted = Float32Array.from([...a.cosine, ...b.cosine]).toSorted();
  const made = {
    match_best,
    match_one_to_one,
    quantile99: sorted[Math.floor(0.99 * (sorted.length - 1))]!,
    histograms: {
      best: histogramOf([a.cosine, b.cosine]),
      oneToOne: histogramOf([a.partnerCosine]),
    },
  };
  known.set(key, made);
  return made;
}

/**
 * - `match_best`: mean over the latents of the best-match cosine, averaged over both ways; the mean max cosine similarity of
 *   Sharkey et al., made symmetric
 * - `match_one_to_one`: mean cosine of the one-to-one assignment
 */
export function meansOf(a: RowMatches, b: RowMatches): { match_best: number; match_one_to_one: number } {
  const pairs = a.partnerCosine.filter((cosine) => !Number.isNaN(cosine));
  return {
    match_best: (meanOf(a.cosine) + meanOf(b.cosine)) / 2,
    match_one_to_one: meanOf(pairs),
  };
}

/** NaN without values. */
function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function histogramOf(parts: readonly Float32Array[]): Histogram {
  const histogram = emptyHistogram(-1, 1, 100);
  for (const values of parts) for (const value of values) count(histogram, value);
  return histogram;
}

/** Not divided by their norms, which do not matter. */
function directions(rows: number, dIn: number, which: string): Rows {
  const random = seeded(0, 'random matches', which, rows, dIn);
  return { dIn, data: Float32Array.from({ length: rows * dIn }, () => random.normal()) };
}
