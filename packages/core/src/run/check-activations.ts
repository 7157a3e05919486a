import type { SaeLabError } from '@sae-lab/errors';
import type { ActivationStatistics } from '../activations/index.ts';
import { activationsNotFinite, activationsOutOfRange } from '../activations/unusable-activations.ts';

/**
 * Refuses activations on which any SAE would end in NaN, before a step is taken.
 *
 * @returns what the activations are multiplied by
 * @throws SaeLabError `activations.not-finite`, `activations.out-of-range`
 */
export function scaleOfActivations(
  dIn: number,
  { meanSquaredNorm }: ActivationStatistics,
  { normalize }: { normalize: boolean },
): number {
  // Squares of float32 values are summed in float64, which holds them.
  if (!Number.isFinite(meanSquaredNorm)) throw activationsNotFinite('that are trained on');
  const scale = normalize ? Math.sqrt(dIn / meanSquaredNorm) : 1;
  const error = outOfRange(meanSquaredNorm, scale, normalize);
  if (error !== undefined) throw error;
  return scale;
}

function outOfRange(meanSquaredNorm: number, scale: number, normalize: boolean): SaeLabError | undefined {
  const inFloat32 = Math.fround(scale);
  const scales = Number.isFinite(inFloat32) && inFloat32 > 0;
  const squares = Number.isFinite(Math.fround(meanSquaredNorm * scale ** 2));
  return scales && squares ? undefined : activationsOutOfRange(meanSquaredNorm, normalize);
}
