import { SaeLabError } from '@sae-lab/core/variant';

/**
 * Number of latents in each nested prefix; the last is the width.
 *
 * @param groups fractions of the width that add up to 1
 * @throws {SaeLabError} variant.groups-too-narrow if a group would have no latent
 */
export function prefixBounds(groups: readonly number[], dSae: number): number[] {
  let sum = 0;
  const bounds = groups.map((fraction) => Math.round((sum += fraction) * dSae));
  bounds[bounds.length - 1] = dSae;
  const empty = bounds.findIndex((bound, g) => bound <= (bounds[g - 1] ?? 0));
  if (empty === -1) return bounds;
  throw new SaeLabError('variant.groups-too-narrow', {
    problem: 'a group has no latents',
    field: `groups[${empty}]`,
    expected: `a fraction that is at least one of the ${dSae} latents`,
    received: String(groups[empty]),
    fix: 'Widen the SAE or use fewer groups.',
  });
}
