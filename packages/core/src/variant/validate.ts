import { SaeLabError } from '@sae-lab/errors';

/**
 * Refuses a k above the width, for a variant's `validate`.
 *
 * @throws {SaeLabError} variant.k-too-large
 * @example validate: ({ hyper: { k }, dSae }) => requireAtMostWidth(k, dSae)
 */
export function requireAtMostWidth(k: number, dSae: number): void {
  if (k <= dSae) return;
  throw new SaeLabError('variant.k-too-large', {
    problem: 'k is larger than the number of latents',
    field: 'k',
    expected: `at most the width, ${dSae}`,
    received: String(k),
    fix: 'Lower k or widen the SAE.',
  });
}
