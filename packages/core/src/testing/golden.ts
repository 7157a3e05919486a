import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { denseOps } from '../codes/dense-ops.ts';
import { sparseOps, referenceOps } from '../codes/sparse-ops.ts';
import { lossGradients } from '../training/loss-gradients.ts';
import { seeded } from '../random/seeded.ts';
import type { Hyper, Params, State, Variant } from '../variant/contract.ts';
import { trainingContext } from './context.ts';
import { AFFORDED, DENSE_ONLY, useTestDevice } from './device.ts';

interface PlainTensor {
  shape: number[];
  data: number[];
}

/** One case of a golden.json, as tests/reference/golden.py writes it. */
interface GoldenCase {
  hyper: Hyper;
  seed: number;
  x: PlainTensor;
  dead: number[];
  params: Record<string, PlainTensor>;
  loss: number;
  terms: Record<string, number>;
  gradients: Record<string, PlainTensor>;
}

const TOLERANCE = 1e-5;
const OPS = {
  dense: denseOps,
  ...(DENSE_ONLY === undefined && { sparse: referenceOps, 'compiled sparse': sparseOps }),
};

/**
 * Registers comparisons of a variant's losses and gradients with those of an independent float64 implementation.
 *
 * @param file written by tests/reference/golden.py
 * @example testAgainstGolden(topk.variant, new URL('../golden.json', import.meta.url));
 */
export function testAgainstGolden(variant: Variant, file: URL): void {
  const all = JSON.parse(readFileSync(file, 'utf8')) as GoldenCase[];
  const cases = all.filter((_, i) => i % AFFORDED.everyGolden === 0);
  describe(`${variant.name} against golden values`, () => {
    beforeAll(useTestDevice);
    const each = cases.flatMap((golden) =>
      Object.entries(OPS).map(([name, ops]) => [`${title(golden)}, ${name} codes`, golden, ops] as const),
    );
    it.each(each)('%s', async (_title, golden, ops) => {
      const params = tensors(golden.params);
      const pass = lossGradients({
        variant,
        hyper: golden.hyper,
        params,
        x: tf.tensor2d(golden.x.data, golden.x.shape as [number, number]),
        context: trainingContext({
          ops,
          state: initialState(variant, golden),
          dead: {
            count: golden.dead.filter((dead) => dead === 1).length,
            mask: tf.tensor1d(golden.dead, 'float32'),
          },
        }),
        sparsityFactor: 1,
        measure: true,
      });
      expectClose('loss', await pass.loss.data(), [golden.loss]);
      for (const [name, value] of Object.entries(golden.terms)) {
        expectClose(`loss/${name}`, await pass.scalars[`loss/${name}`]!.data(), [value]);
      }
      expect(Object.keys(pass.gradients).toSorted()).toEqual(Object.keys(golden.gradients).toSorted());
      for (const [name, { data }] of Object.entries(golden.gradients)) {
        expectClose(`∂/∂${name}`, await pass.gradients[name]!.data(), data);
      }
    });
  });
}

/** Compares the largest difference, relative to the largest expected value. */
function expectClose(name: string, actual: ArrayLike<number>, expected: number[]): void {
  expect(actual.length, name).toBe(expected.length);
  const scale = Math.max(1e-6, ...expected.map(Math.abs));
  const worst = expected.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (actual[i] as number))),
    0,
  );
  expect(worst / scale, `${name}: largest relative difference`).toBeLessThanOrEqual(TOLERANCE);
}

/** No loss reads it, but `encode` is given it. */
function initialState(variant: Variant, { x, dead, hyper }: GoldenCase): State {
  const sample = { shape: x.shape, data: Float32Array.from(x.data) };
  const dIn = x.shape[1] as number;
  return variant.init({ dIn, dSae: dead.length, hyper, sample, random: seeded(0, 'init') }).state ?? {};
}

function tensors(plain: Record<string, PlainTensor>): Params {
  return Object.fromEntries(
    Object.entries(plain).map(([name, { shape, data }]) => [name, tf.tensor(data, shape, 'float32')]),
  );
}

function title({ hyper, seed, x, dead }: GoldenCase): string {
  const anyDead = dead.includes(1) ? ', some dead' : '';
  return `${JSON.stringify(hyper)}, x [${x.shape.join(', ')}], seed ${seed}${anyDead}`;
}
