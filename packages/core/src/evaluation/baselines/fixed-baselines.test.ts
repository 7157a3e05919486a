import { useCpuBackend } from '@sae-lab/kernels';
import { beforeAll, expect, it } from 'vitest';
import type { ActivationStore } from '../../activations/index.ts';
import { storeOfKnownRows, temporaryFolder } from '../../activations/test-support.ts';
import { hashOfSae, requireUsable } from '../subject-source.ts';
import { reconstruction } from '../reconstruction/reconstruction.ts';
import { BASELINES } from './registry.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

const D = 8;
const HOLDOUT = 0.5;
const knownStore = (): Promise<ActivationStore> =>
  storeOfKnownRows(temporaryFolder(), {
    rows: 400,
    dIn: D,
    shardRows: 150,
    value: (row, d) => 2 + Math.sin(row * 31 + d * 7),
  });

async function figuresOf(name: string, store: ActivationStore): Promise<Record<string, number>> {
  const definition = BASELINES.find((baseline) => baseline.name === name)!;
  const sae = await definition.make({ store, holdout: HOLDOUT }, {});
  expect(sae.dSae).toBe(definition.width(D, {}));
  const context = { hook: 'none', saes: [{ id: name, sae }], dataDir: store.folder };
  const [result] = await reconstruction.evaluate(
    { ...context, activations: { store, holdout: HOLDOUT } },
    {},
  );
  return result!.figures;
}

it('the identity reconstructs exactly, with one latent for each dimension', async () => {
  const figures = await figuresOf('identity', await knownStore());
  expect(figures).toMatchObject({ explained_variance: 1, mse: 0, l0: D, dead_fraction: 0.5 });
});

it('zero has the mean square of the activations as its error', async () => {
  const { mse, l0, dead_fraction } = await figuresOf('zero', await knownStore());
  expect([l0, dead_fraction]).toEqual([0, 1]);
  expect(mse).toBeCloseTo(4.5, 1);
});

it('the mean of the training rows explains nothing of the held-out rows', async () => {
  const { explained_variance, l0 } = await figuresOf('mean', await knownStore());
  expect(l0).toBe(0);
  expect(explained_variance).toBeLessThan(0);
  expect(explained_variance).toBeGreaterThan(-0.05);
});

it('are the same each time, and have strict settings', async () => {
  const store = await knownStore();
  for (const definition of BASELINES) {
    const { name, settings } = definition;
    const context = { store, holdout: HOLDOUT };
    const [first, again] = [
      await definition.make(context, settings.parse({})),
      await definition.make(context, settings.parse({})),
    ];
    expect(hashOfSae(first), name).toBe(hashOfSae(again));
    expect(settings.safeParse({ no_such_setting: 1 }).success).toBe(false);
    expect(() => requireUsable(first, name, { hook: 'none', dIn: D })).not.toThrow();
  }
});

it('an SAE of another width, or with weights that are not finite, is refused', async () => {
  const store = await knownStore();
  const sae = await BASELINES[0]!.make({ store, holdout: HOLDOUT }, {});
  const of = (dIn: number) => () => requireUsable(sae, './theirs', { hook: 'blocks.1.hook_mlp_out', dIn });
  expect(of(D + 1)).toThrow(
    expect.objectContaining({
      code: 'sae.wrong-width',
      message: expect.stringMatching(/9 numbers.*received 8/s),
    }),
  );
  sae.tensors['b_dec']!.data[3] = Number.NaN;
  expect(of(D)).toThrow(expect.objectContaining({ code: 'sae.not-finite' }));
});

it('the hash of an SAE depends on every weight and on what affects its codes', async () => {
  const store = await knownStore();
  const sae = await BASELINES[0]!.make({ store, holdout: HOLDOUT }, {});
  const hashes = [hashOfSae(sae), hashOfSae({ ...sae, applyBDecToInput: true })];
  sae.tensors['b_enc']!.data[0] = 1e-30;
  hashes.push(hashOfSae(sae));
  expect(new Set(hashes).size).toBe(3);
});
