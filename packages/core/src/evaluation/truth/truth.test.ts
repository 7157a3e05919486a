import { useCpuBackend } from '@sae-lab/kernels';
import { beforeAll, describe, expect, it } from 'vitest';
import { synthesizeActivations, type ActivationStore } from '../../activations/index.ts';
import type { SyntheticSpecInput } from '../../activations/synthetic/synthetic-spec.ts';
import { truthOf } from '../../activations/synthetic/true-directions.ts';
import { storeOfKnownRows, temporaryFolder } from '../../activations/test-support.ts';
import type { InferenceSae } from '../../sae/inference-sae.ts';
import { truth } from './truth.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

// Nearly orthogonal directions, and every active feature with the same strength: a threshold tells them apart.
const SPEC: SyntheticSpecInput = {
  kind: 'synthetic',
  features: 8,
  dIn: 512,
  active: 0.8,
  hierarchy: { children: 3, probability: 0.5 },
  strengths: { law: 'constant', value: 1 },
  rows: 4000,
};
const { hierarchy: _hierarchy, ...WITHOUT_HIERARCHY } = SPEC;
/** Two parents, each with three children. */
const PARENTS = 2;

/** Latents by combinations of true directions: rows of weights over the features, for the encoder and the decoder. */
function saeOf(directions: Float32Array, encoder: number[][], decoder = encoder): InferenceSae {
  const dIn = SPEC.dIn;
  const dSae = encoder.length;
  const combine = (weights: number[], d: number): number =>
    weights.reduce((sum, weight, g) => sum + weight * directions[g * dIn + d]!, 0);
  const W_enc = Float32Array.from({ length: dIn * dSae }, (_, i) =>
    combine(encoder[i % dSae]!, Math.floor(i / dSae)),
  );
  const W_dec = Float32Array.from({ length: dSae * dIn }, (_, i) =>
    combine(decoder[Math.floor(i / dIn)]!, i % dIn),
  );
  return {
    architecture: 'jumprelu',
    dIn,
    dSae,
    applyBDecToInput: true,
    tensors: {
      W_enc: { shape: [dIn, dSae], data: W_enc },
      b_enc: { shape: [dSae], data: new Float32Array(dSae) },
      threshold: { shape: [dSae], data: new Float32Array(dSae).fill(0.5) },
      W_dec: { shape: [dSae, dIn], data: W_dec },
      b_dec: { shape: [dIn], data: new Float32Array(dIn) },
    },
  };
}
const unit = (g: number): number[] => Array.from({ length: 8 }, (_, i) => (i === g ? 1 : 0));
const every = Array.from({ length: 8 }, (_, g) => unit(g));
/** A parent's latent that its children silence, and children that carry their parent. */
const absorbing = every.map((weights, g) =>
  g < PARENTS
    ? weights.map((w, i) => (i >= PARENTS && Math.floor((i - PARENTS) / 3) === g ? -1 : w))
    : weights,
);
const carrying = every.map((weights, g) =>
  g < PARENTS ? weights : weights.map((w, i) => (i === Math.floor((g - PARENTS) / 3) ? 0.5 : w)),
);

async function figuresOf(store: ActivationStore, ...saes: InferenceSae[]) {
  const results = await truth.evaluate(
    {
      hook: 'synthetic',
      saes: saes.map((sae, i) => ({ id: String(i), sae })),
      activations: { store, holdout: 0.3 },
      dataDir: '/nowhere',
    },
    truth.settings.parse({}),
  );
  return results.map(({ figures }) => figures);
}

describe('truth', () => {
  it('gives the true dictionary F1 1 and no absorption, and finds an absorbed parent', async () => {
    const store = await synthesizeActivations(SPEC, temporaryFolder());
    const { data } = truthOf(store.manifest)!;
    const perfect = saeOf(data, every);
    const absorbed = saeOf(data, absorbing, carrying);
    const [one, other] = await figuresOf(store, perfect, absorbed);
    expect(one).toMatchObject({ feature_f1: 1, split_fraction: 0, true_absorption: 0 });
    expect(other!['true_absorption']).toBe(1);
    // The children are found, the parents are missed on half of their rows: recall ½, F1 ⅔.
    expect(other!['feature_f1']).toBeCloseTo((6 + 2 * (2 / 3)) / 8, 1);
    expect(await figuresOf(store, absorbed)).toEqual([other]);
  });

  it('counts features that several rows stand for', async () => {
    const store = await synthesizeActivations(SPEC, temporaryFolder());
    const { data } = truthOf(store.manifest)!;
    const [figures] = await figuresOf(store, saeOf(data, [...every, unit(0), unit(5)]));
    expect(figures!['split_fraction']).toBe(2 / 8);
  });

  it('has no absorption without a hierarchy', async () => {
    const store = await synthesizeActivations(WITHOUT_HIERARCHY, temporaryFolder());
    const [figures] = await figuresOf(store, saeOf(truthOf(store.manifest)!.data, every));
    expect(figures!['true_absorption']).toBeNaN();
    expect(figures!['feature_f1']).toBe(1);
  });

  it('reports progress up to the rows that are held out', async () => {
    const store = await synthesizeActivations(WITHOUT_HIERARCHY, temporaryFolder());
    let last = { done: 0, total: 0 };
    await truth.evaluate(
      {
        hook: 'synthetic',
        saes: [{ id: 'one', sae: saeOf(truthOf(store.manifest)!.data, every) }],
        activations: { store, holdout: 0.3 },
        dataDir: '/nowhere',
        onProgress: (progress) => (last = progress),
      },
      truth.settings.parse({}),
    );
    expect(last.done).toBeGreaterThan(0);
    expect(last.total).toBe(last.done);
  });

  it('is refused where the truth is unknown', async () => {
    const store = await storeOfKnownRows(temporaryFolder(), { rows: 100, dIn: 4, shardRows: 100 });
    await expect(figuresOf(store)).rejects.toMatchObject({ code: 'evaluation.no-truth' });
  });
});
