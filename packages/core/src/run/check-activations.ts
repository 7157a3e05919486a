import type { SaeLabError } from '@sae-lab/errors';
import type { ActivationStatistics, ActivationStore, Split } from '../extraction/index.ts';
import {
  activationsConstant,
  activationsNotFinite,
  activationsOutOfRange,
} from '../training/unusable-activations.ts';

/** Two rows of nearly all activations differ: rarely is more than one batch read. */
const ROWS_AT_ONCE = 256;

/**
 * Refuses activations on which any SAE would end in NaN, before a step is taken.
 *
 * @returns what the activations are multiplied by
 * @throws SaeLabError `activations.not-finite`, `activations.constant`, `activations.out-of-range`
 */
export async function scaleOfActivations(
  store: ActivationStore,
  split: Split,
  { rows, meanSquaredNorm }: ActivationStatistics,
  { normalize }: { normalize: boolean },
): Promise<number> {
  // Squares of float32 values are summed in float64, which holds them.
  if (!Number.isFinite(meanSquaredNorm)) throw activationsNotFinite('that are trained on');
  if (meanSquaredNorm === 0 || !(await vary(store, split))) {
    throw activationsConstant(rows, meanSquaredNorm === 0);
  }
  const scale = normalize ? Math.sqrt(store.dIn / meanSquaredNorm) : 1;
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

async function vary(store: ActivationStore, split: Split): Promise<boolean> {
  let first: Float32Array | undefined;
  for await (const { activations } of store.sequentialBatches({ batchSize: ROWS_AT_ONCE, split })) {
    first ??= activations.slice(0, store.dIn);
    for (let at = 0; at < activations.length; at++) {
      if (activations[at] !== first[at % store.dIn]) return true;
    }
  }
  return false;
}
