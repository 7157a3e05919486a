import { meansOf } from './random-matches.ts';
import type { RowMatches } from './match-rows.ts';

/**
 * - `match_best`, `match_one_to_one`: see `meansOf`
 * - `match_best_07`, `match_best_09`: share of the latents with a best match above 0.7 or 0.9, averaged over both ways
 * - `match_one_to_one_07`, `match_one_to_one_09`: pairs of the assignment above 0.7 or 0.9, as a share of the live latents of
 *   both SAEs
 * - `match_live_a`, `match_live_b`: share of latents that are not silent
 */
export function matchFigures(
  { a, b }: { readonly a: RowMatches; readonly b: RowMatches },
  widths: { readonly a: number; readonly b: number },
): Record<string, number> {
  const best = (above: number): number => (shareOf(a.cosine, above) + shareOf(b.cosine, above)) / 2;
  const paired = (above: number): number =>
    (2 * a.partnerCosine.filter((cosine) => cosine > above).length) / (a.cosine.length + b.cosine.length);
  return {
    ...meansOf(a, b),
    match_best_07: best(0.7),
    match_best_09: best(0.9),
    match_one_to_one_07: paired(0.7),
    match_one_to_one_09: paired(0.9),
    match_live_a: a.cosine.length / widths.a,
    match_live_b: b.cosine.length / widths.b,
  };
}

/** NaN without values. */
function shareOf(values: Float32Array, above: number): number {
  return values.filter((value) => value > above).length / values.length;
}
