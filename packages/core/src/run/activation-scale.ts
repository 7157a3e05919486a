import type { SaeLabError } from '@sae-lab/errors';
import type { ActivationStatistics } from '../activations/index.ts';
import { activationsNotFinite, activationsOutOfRange } from '../activations/unusable-activations.ts';

/**
 * The factor that normalises a run's activations. Refuses activations on which every SAE would end in NaN.
 *
 * @throws {SaeLabError} `activations.not-finite`, `activations.out-of-range`
 */
export function activationScale(
  dIn: number,
  { meanSquaredNorm }: ActivationStatistics,
  { normalize }: { normalize: boolean },
): number {
  // Float64 sums of squared float32 values cannot overflow, so only non-finite activations give this.
  if (!Number.isFinite(meanSquaredNorm)) throw activationsNotFinite('training');
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
