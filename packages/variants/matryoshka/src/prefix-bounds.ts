import { SaeLabError } from '@sae-lab/core/variant';

/**
 * Numbers of latents of the nested prefixes; the last is the width.
 *
 * @param groups fractions of the width that add up to 1
 * @throws SaeLabError `variant.groups-too-narrow` where a group would have no latent
 */
export function prefixBounds(groups: readonly number[], dSae: number): number[] {
  let sum = 0;
  const bounds = groups.map((fraction) => Math.round((sum += fraction) * dSae));
  bounds[bounds.length - 1] = dSae;
  const empty = bounds.findIndex((bound, g) => bound <= (bounds[g - 1] ?? 0));
  if (empty === -1) return bounds;
  throw new SaeLabError('variant.groups-too-narrow', {
    problem: 'a group would have no latent of its own',
    field: `groups[${empty}]`,
    expected: `fractions that give each group at least one of ${dSae} latents`,
    received: String(groups[empty]),
    fix: 'Widen the SAE or take fewer groups.',
  });
}
