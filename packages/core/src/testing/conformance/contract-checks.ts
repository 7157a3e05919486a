import { z } from 'zod';
import type { CodeOps } from '../../codes/code.ts';
import { lossTerms } from '../../training/loss-terms.ts';
import type { Hyper, Variant } from '../../variant/contract.ts';
import {
  batch,
  contextOf,
  D_IN,
  D_SAE,
  fail,
  firstDifference,
  initialState,
  perturbed,
  relativeDifference,
  weightsOf,
  type Check,
} from './subject.ts';

/** The record itself is complete and described. */
export const wellFormed: Check = async (variant, hyper) => {
  const { specVersion, name, paper, sparsityHyper } = variant;
  if (specVersion !== 1)
    fail('is written for another version of the contract', { field: 'specVersion', expected: '1' });
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    fail('is not in kebab case', { field: 'name', received: name });
  if (paper === '') fail('is empty', { field: 'paper' });
  if (variant.lossConvention(hyper) === '') fail('is empty', { field: 'lossConvention' });
  const { properties = {} } = z.toJSONSchema(variant.hyper, { io: 'input' });
  for (const [field, schema] of Object.entries(properties)) {
    if (typeof schema === 'boolean' || !schema.description)
      fail('the hyperparameter has no description', { field });
  }
  if (!(sparsityHyper in properties)) {
    fail('is not the name of a hyperparameter', {
      field: 'sparsityHyper',
      expected: Object.keys(properties).join(', '),
      received: sparsityHyper,
    });
  }
  const { learningRate } = variant.defaults({ hyper, dIn: D_IN, dSae: D_SAE });
  if (!(learningRate > 0))
    fail('has no positive learning rate', { field: 'defaults', received: String(learningRate) });
};

/** Hyperparameters are stored as JSON; a misspelt one must not go unnoticed. */
export const jsonHyper: Check = async (variant, hyper) => {
  const again: Hyper = variant.hyper.parse(JSON.parse(JSON.stringify(hyper)));
  if (JSON.stringify(again) !== JSON.stringify(hyper))
    fail('hyperparameters change when stored as JSON', { field: 'hyper' });
  if (variant.hyper.safeParse({ ...hyper, unheardOf: 1 }).success) {
    fail('accepts an unknown hyperparameter', { field: 'hyper', expected: 'z.strictObject' });
  }
};

/** The same seed gives the same bits, another seed gives others, and all values are finite. */
export const seededInit: Check = async (variant, hyper) => {
  const [first, again, other] = await Promise.all([0, 0, 1].map((seed) => weights(variant, hyper, seed)));
  const differs = firstDifference(first!, again!);
  if (differs !== undefined)
    fail('init gives other values for the same seed: draw from `random` only', { field: differs });
  if (firstDifference(first!, other!) === undefined)
    fail('init gives the same values for every seed', { field: 'init' });
  for (const [name, { data }] of Object.entries(first!)) {
    if (!data.every(Number.isFinite)) fail('init returns values that are not finite', { field: name });
  }
};

/** A loss that calls `ops.sumSquaredError` does not call `decode`. The two must agree. */
export const decodesAsItsLoss: Check = async (variant, hyper) => {
  const state = await perturbed(variant, hyper);
  const context = contextOf(state);
  const asked: Parameters<CodeOps['sumSquaredError']>[] = [];
  const ops: CodeOps = {
    ...context.ops,
    sumSquaredError(...args) {
      asked.push(args);
      return context.ops.sumSquaredError(...args);
    },
  };
  const forward = lossTerms(variant, hyper, state.params, batch(), { ...context, ops });
  for (const [, code, W, bias, { bounds, frozen = false } = {}] of asked) {
    const isWhole = bounds === undefined || bounds.at(-1) === W.shape[0];
    if (code !== forward.encoded.code || frozen || !isWhole) continue;
    const expected = context.ops.decode(code, W, bias);
    const difference = await relativeDifference(forward.reconstruction, expected);
    if (difference <= 1e-5) continue;
    fail('decode() returns something other than the loss assumes', {
      field: 'decode',
      expected:
        'the product that the loss passes to ops.sumSquaredError; otherwise use squaredError(x, reconstruction)',
      received: `a reconstruction that differs by ${difference.toPrecision(3)} times the largest value`,
    });
  }
};

async function weights(variant: Variant, hyper: Hyper, seed: number) {
  return weightsOf(await initialState(variant, hyper, { seed }));
}
