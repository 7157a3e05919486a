import { seeded } from '../../random/seeded.ts';
import type { Manifest } from '../store/manifest.ts';
import type { SyntheticSpec } from './synthetic-spec.ts';

/** The dictionary that synthetic activations were made from. */
export interface TrueDirections {
  /** [features, dIn] */
  readonly shape: readonly [number, number];
  /** Rows of norm 1, uniform on the sphere. */
  readonly data: Float32Array;
}

/** Computes the true directions of a specification. They are cheap to compute, so they are not stored. */
export function trueDirections({
  features,
  dIn,
  seed,
}: Pick<SyntheticSpec, 'features' | 'dIn' | 'seed'>): TrueDirections {
  const random = seeded(seed, 'synthetic directions');
  const data = new Float32Array(features * dIn);
  const direction = new Float64Array(dIn);
  for (let g = 0; g < features; g++) {
    let squared = 0;
    for (let d = 0; d < dIn; d++) {
      direction[d] = random.normal();
      squared += direction[d]! ** 2;
    }
    for (let d = 0; d < dIn; d++) data[g * dIn + d] = direction[d]! / Math.sqrt(squared);
  }
  return { shape: [features, dIn], data };
}

/** The true directions behind activations; undefined if unknown, as for a language model. */
export function truthOf(manifest: Manifest): TrueDirections | undefined {
  return 'synthetic' in manifest ? trueDirections(manifest.synthetic.spec) : undefined;
}
