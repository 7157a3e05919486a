import { SaeLabError } from '@sae-lab/errors';

/**
 * For a variant's `validate`: no more latents can stay on than there are.
 *
 * @throws SaeLabError `variant.k-too-large`
 */
export function requireAtMostWidth(k: number, dSae: number): void {
  if (k <= dSae) return;
  throw new SaeLabError('variant.k-too-large', {
    problem: 'more latents would stay on than there are',
    field: 'k',
    expected: `at most the width, ${dSae}`,
    received: String(k),
    fix: 'Lower k or widen the SAE.',
  });
}
