import * as tf from '@tensorflow/tfjs';
import { denseOps } from '../../codes/dense-ops.ts';
import { referenceOps } from '../../codes/sparse-ops.ts';
import { Stops } from '../../codes/with-gradient.ts';
import { seeded } from '../../random/seeded.ts';
import { lossGradients } from '../../training/loss-gradients.ts';
import { lossTerms } from '../../training/loss-terms.ts';
import type { TrainerState } from '../../training/trainer.ts';
import type { Context, Hyper, Params, Variant } from '../../variant/contract.ts';
import { AFFORDED } from '../device.ts';
import {
  batch,
  contextOf,
  deadLatents,
  fail,
  moved,
  perturbed,
  randomLike,
  relativeDifference,
  type Check,
} from './subject.ts';

/** The losses reach every parameter, with finite gradients. */
export const gradientsExist: Check = async (variant, hyper) => {
  const state = await perturbed(variant, hyper);
  const { gradients } = lossGradients({
    variant,
    hyper,
    params: state.params,
    x: batch(),
    context: contextOf(state),
    sparsityFactor: 1,
    withMetrics: false,
  });
  for (const [name, gradient] of Object.entries(gradients)) {
    if (!(await gradient.data()).every(Number.isFinite)) fail('its gradient is not finite', { field: name });
  }
};

interface Term {
  value: tf.Scalar;
  /** By parameter; zeros where the term does not depend on it. */
  gradients: Params;
}

function termWithGradients(
  [variant, hyper, params]: [Variant, Hyper, Params],
  name: string,
  x: tf.Tensor2D,
  context: Context,
): Term {
  const names = Object.keys(params);
  const { value, grads } = tf
    .engine()
    .gradients(
      () => lossTerms(variant, hyper, params, x, context).terms[name]!,
      Object.values(params),
      undefined,
      true,
    );
  const gradients = names.map((key, i) => [
    key,
    (grads[i] as tf.Tensor | null) ?? tf.zerosLike(params[key]!),
  ]);
  return { value, gradients: Object.fromEntries(gradients) };
}

// Few rows, so that in most directions no latent goes on or off.
const FEW_ROWS = 5;
const { directions: DIRECTIONS } = AFFORDED;
const POINTS = 3;
const STEP = 3e-4;
const TOLERANCE = 1e-2;

/**
 * Directional finite differences of every loss term against its gradient. Stop-gradients are held at their values,
 * parameters with a straight-through estimator stay where they are.
 */
export const finiteDifferences: Check = async (variant, hyper) => {
  for (const term of Object.keys(variant.losses)) {
    let error = Infinity;
    // A kink may lie at one point, so near that all directions cross it; hardly at several.
    for (let point = 1; point <= POINTS && !(error < TOLERANCE); point++) {
      error = await medianError(variant, hyper, term, await perturbed(variant, hyper, point));
    }
    if (!(error < TOLERANCE)) {
      fail('its gradient is not that of its values', {
        field: `losses.${term}`,
        expected: `finite differences to agree within ${TOLERANCE}`,
        received: error.toPrecision(3),
      });
    }
  }
};

/** Relative, of directional derivatives at one point; the median, since in a direction a latent may go on or off. */
async function medianError(
  variant: Variant,
  hyper: Hyper,
  term: string,
  state: TrainerState,
): Promise<number> {
  const context = contextOf(state);
  const x = batch(FEW_ROWS);
  const stops = new Stops();
  const { gradients } = stops.during(() =>
    termWithGradients([variant, hyper, state.params], term, x, context),
  );
  const errors: number[] = [];
  for (let seed = 0; seed < DIRECTIONS; seed++) {
    const direction = randomLike(state.params, seeded(seed, 'direction'), variant.straightThrough ?? []);
    const at = async (factor: number): Promise<number> => {
      const params = moved(state.params, direction, factor);
      const value = stops.during(() => lossTerms(variant, hyper, params, x, context).terms[term]!);
      return (await value.data())[0]!;
    };
    const numeric = ((await at(STEP)) - (await at(-STEP))) / (2 * STEP);
    let analytic = 0;
    for (const [name, gradient] of Object.entries(gradients)) {
      analytic += (await tf.sum(tf.mul(gradient, direction[name]!)).data())[0]!;
    }
    // Of what is far smaller than the value itself, a difference in single precision tells nothing.
    const scale = Math.max(Math.abs(numeric), Math.abs(analytic), 0.05 * Math.abs(await at(0)), 1e-6);
    errors.push(Math.abs(numeric - analytic) / scale);
  }
  stops.dispose();
  return errors.toSorted((a, b) => a - b)[Math.floor(DIRECTIONS / 2)]!;
}

/** Dense and sparse codes give every loss term the same value and gradients. */
export const sparseEqualsDense: Check = async (variant, hyper) => {
  const state = await perturbed(variant, hyper);
  for (const which of ['some', 'none', 'all'] as const) {
    const dead = deadLatents(which);
    for (const term of Object.keys(variant.losses)) {
      const [dense, sparse] = [denseOps, referenceOps].map((ops) =>
        termWithGradients([variant, hyper, state.params], term, batch(), contextOf(state, { ops, dead })),
      ) as [Term, Term];
      const pairs: [string, tf.Tensor, tf.Tensor][] = [
        ['value', sparse.value, dense.value],
        ...Object.entries(dense.gradients).map(([name, gradient]): [string, tf.Tensor, tf.Tensor] => [
          `gradient of ${name}`,
          sparse.gradients[name]!,
          gradient,
        ]),
      ];
      for (const [what, actual, expected] of pairs) {
        const difference = await relativeDifference(actual, expected);
        if (difference <= 1e-5) continue;
        fail(`differs between dense and sparse codes (${which} latents dead)`, {
          field: `losses.${term}: ${what}`,
          expected: 'at most 1e-5 of the largest value',
          received: difference.toPrecision(3),
        });
      }
    }
  }
};
