/** Types are inferred from a definition. `tsc` checks the expectations in this file. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import {
  defineVariant,
  fittedParams,
  inferenceSae,
  reconstructionLoss,
  select,
  standardRoles,
} from './index.ts';
import type { Code, StandardParams, Variant } from './index.ts';

const example = defineVariant({
  name: 'example',
  mathVersion: 1,
  paper: 'none',
  lossConvention: () => 'for tests',
  defaults: () => ({ learningRate: 1e-3, beta1: 0.9, beta2: 0.999, gradientClip: null }),
  hyper: z.strictObject({ l1: z.number(), scale: z.number().default(4) }),
  sparsityHyper: 'l1',
  init: (args) => ({ params: fittedParams(args), state: { seen: tf.scalar(0) } }),
  roles: () => standardRoles('unit'),
  encode(params, x, hyper, { ops, state }) {
    expectTypeOf(params).toEqualTypeOf<StandardParams>();
    expectTypeOf(hyper).toEqualTypeOf<{ l1: number; scale: number }>();
    expectTypeOf(state.seen).toEqualTypeOf<tf.Scalar>();
    const { code } = ops.encode({ x, W: params.W_enc, select: { code: select.positive() } });
    return { code, gate: code };
  },
  decode(params, encoded, _hyper, ops) {
    expectTypeOf(encoded.gate).toEqualTypeOf<Code>();
    return ops.decode(encoded.code, params.W_dec, params.b_dec);
  },
  losses: {
    reconstruction: reconstructionLoss,
    sparsity: {
      schedule: 'sparsity',
      weight(hyper, { step, totalSteps }) {
        expectTypeOf(hyper.scale).toEqualTypeOf<number>();
        return hyper.l1 * (1 - step / totalSteps);
      },
      compute({ encoded, params }) {
        expectTypeOf(params.b_enc).toEqualTypeOf<tf.Tensor1D>();
        return encoded.gate.sum();
      },
    },
  },
  update: (_encoded, _hyper, { state: { seen } }) => ({ seen: tf.add<tf.Scalar>(seen, 1) }),
  curves: { seen: { label: 'Seen', meaning: 'Steps seen.' } },
  log({ state, params, encoded }) {
    expectTypeOf(state.seen).toEqualTypeOf<tf.Scalar>();
    expectTypeOf(params.W_dec).toEqualTypeOf<tf.Tensor2D>();
    expectTypeOf(encoded.gate).toEqualTypeOf<Code>();
    return { seen: state.seen };
  },
  toInference: (params) => inferenceSae('standard', params),
});

it('returns a function for experiments that carries the variant', () => {
  expect(example.variant).toMatchObject({ specVersion: 1, name: 'example' });
  expect(example({ l1: [1, 2] })).toEqual({ variant: example.variant, grid: { l1: [1, 2] } });
  // Any variant, as the trainer sees it.
  expectTypeOf(example.variant).toExtend<Variant>();
});

it('accepts only hyperparameters of its schema, and makes those with defaults optional', () => {
  const grids = () => [
    example({ l1: 1 }),
    example({ l1: { distribution: 'uniform', low: 0, high: 1 }, scale: [1, 2] }),
    // @ts-expect-error -- has no such hyperparameter
    example({ l1: 1, k: 3 }),
    // @ts-expect-error -- l1 has no default
    example({ scale: 1 }),
    // @ts-expect-error -- not a number
    example({ l1: ['a'] }),
  ];
  expect(grids()).toHaveLength(5);
});

it('reports a mistake in a member at that member', () => {
  const definition = { ...example.variant };
  const wrong = () => [
    // @ts-expect-error -- names no hyperparameter
    defineVariant({ ...definition, sparsityHyper: 'k' }),
    // @ts-expect-error -- not a parameter
    defineVariant({ ...definition, straightThrough: ['theta'] }),
    // @ts-expect-error -- declares a curve that it does not log
    defineVariant({ ...definition, curves: { a: { label: 'A', meaning: 'A.' } }, log: () => ({}) }),
  ];
  expect(wrong()).toHaveLength(3);
});

it('documents every member of the contract with a sentence and an example', () => {
  const source = readFileSync(new URL('contract.ts', import.meta.url), 'utf8');
  const members = [...source.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(].*;$/gm)];
  expect(members.length).toBeGreaterThan(40);
  for (const { index, 1: name } of members) {
    // Authors do not write these.
    if (name === 'specVersion') continue;
    const comment = /\/\*\*(?:(?!\*\/).)*\*\/\n$/s.exec(source.slice(0, index))?.[0] ?? '';
    expect(comment, `the comment of ${name}`).toMatch(/@example|e\.g\.|'[\w-]+'/);
  }
});
