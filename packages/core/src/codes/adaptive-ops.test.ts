/** Which layout is chosen if a selection has no bound on its number of entries. */
import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { adaptiveOps } from './adaptive-ops.ts';
import { select, type Selection } from './selection.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

const [D_IN, D_SAE] = [4, 1024];

/**
 * The layout chosen for a batch on which exactly the latents with `isOn(latent)` are active. Only their biases differ.
 */
function layout(
  selection: Selection,
  isOn: (latent: number) => boolean,
  { rows = 300, bias = true }: { rows?: number; bias?: boolean } = {},
): string {
  return tf.tidy(() => {
    const on = Float32Array.from({ length: D_SAE }, (_, latent) => (isOn(latent) ? 1 : -1));
    const x = tf.ones<tf.Rank.R2>([rows, D_IN]);
    // Without a bias, the weights differ instead.
    const W = bias ? tf.zeros<tf.Rank.R2>([D_SAE, D_IN]) : tf.tensor2d(on, [D_SAE, 1]).tile([1, D_IN]);
    const args = {
      x,
      W: W as tf.Tensor2D,
      ...(bias && { bias: tf.tensor1d(on) }),
      select: { code: selection },
    };
    return adaptiveOps.encode(args).code.layout;
  });
}

describe('an open selection', () => {
  const last = (share: number) => (latent: number) => latent >= (1 - share) * D_SAE;

  it.each([{ bias: true }, { bias: false }])('is sampled from the whole batch (%j)', (options) => {
    expect(layout(select.positive(), last(0.5), options)).toBe('dense');
    expect(layout(select.positive(), last(0.02), options)).toBe('sparse');
    expect(layout(select.positive(), (latent) => latent < 0.02 * D_SAE, options)).toBe('sparse');
  });

  it('applies the thresholds and the mask to the sampled latents', () => {
    const high = Float32Array.from({ length: D_SAE }, (_, latent) => (last(0.5)(latent) ? 0 : 9));
    expect(layout(select.threshold(tf.tensor1d(high)), () => true)).toBe('dense');
    const highest = Float32Array.from({ length: D_SAE }, (_, latent) => (last(0.02)(latent) ? 0 : 9));
    expect(layout(select.threshold(tf.tensor1d(highest)), () => true)).toBe('sparse');
    const mask = tf.tensor1d(Float32Array.from(high, (value) => Number(value === 0)));
    expect(layout(select.positive({ mask }), () => true)).toBe('dense');
    expect(layout(select.positive({ mask }), (latent) => !last(0.5)(latent))).toBe('sparse');
  });

  it('is also sampled in a batch of one row', () => {
    expect(layout(select.positive(), last(0.5), { rows: 1 })).toBe('dense');
    expect(layout(select.positive(), last(0.02), { rows: 1 })).toBe('sparse');
  });
});

it('trusts the bound of a limited selection', () => {
  expect(layout(select.topK(D_SAE / 2), () => false)).toBe('dense');
  expect(layout(select.topK(4), () => true)).toBe('sparse');
});
