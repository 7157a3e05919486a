import * as tf from '@tensorflow/tfjs';
import { denseOps } from '../../codes/dense-ops.ts';
import { referenceOps } from '../../codes/sparse-ops.ts';
import { Stops } from '../../codes/with-gradient.ts';
import { seeded } from '../../random/seeded.ts';
import { lossGradients } from '../../training/loss-gradients.ts';
import { lossTerms } from '../../training/loss-terms.ts';
import type { TrainerState } from '../../training/trainer-state.ts';
import type { Context, Hyper, Params, Variant } from '../../variant/contract.ts';
import { AFFORDED } from '../device.ts';
import {
  at,
  batch,
  contextOf,
  deadLatents,
  fail,
  moved,
  perturbed,
  randomLike,
  relativeDifference,
  scaledBy,
  STAGES,
  type Check,
} from './subject.ts';

/** The losses give every parameter a finite gradient, at every stage of a run. */
export const gradientsExist: Check = async (variant, hyper) => {
  const state = await perturbed(variant, hyper);
  for (const progress of STAGES) {
    const { gradients } = lossGradients({
      variant,
      hyper,
      params: state.params,
      x: batch(),
      context: contextOf(state, progress),
      sparsityFactor: 1,
      measure: false,
    });
    for (const [name, gradient] of Object.entries(gradients)) {
      if ((await gradient.data()).every(Number.isFinite)) continue;
      fail(`has a gradient that is not finite ${at(progress)}`, { field: name });
    }
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

// Few rows, so that in most directions no latent turns on or off.
const FEW_ROWS = 5;
const POINTS = 3;
const STEP = 3e-4;
const TOLERANCE = 1e-2;
/**
 * Where gradients are compared: at each stage of a run, so that schedules are covered, and at small activations. A smoothing
 * constant ε, as in (|f| + ε)^p, matters only where activations are about as small, and authors choose it anywhere between
 * 1e-2 and 1e-8. An annealed exponent is 1 at one end of a run and has no ε to lose there, hence the middle.
 */
const PLACES = [
  ...STAGES.map((progress) => ({ progress, size: 1, directions: AFFORDED.directions })),
  ...[1e-2, 1e-4, 1e-6, 1e-8].map((size) => ({ progress: STAGES[1], size, directions: 3 })),
];

/**
 * Compares the gradient of every loss term with directional finite differences. Stop-gradients keep their values; parameters
 * with a straight-through estimator do not move.
 */
export const finiteDifferences: Check = async (variant, hyper) => {
  for (const term of Object.keys(variant.losses)) {
    for (const place of PLACES) {
      let error = Infinity;
      // One point can be so close to a kink that every direction crosses it. Several such points are unlikely.
      for (let point = 1; point <= POINTS && !(error < TOLERANCE); point++) {
        error = await medianError(variant, hyper, term, await perturbed(variant, hyper, point), place);
      }
      if (error < TOLERANCE) continue;
      const { progress, size } = place;
      fail(`the gradient does not match the change of the value ${at(progress)}`, {
        field: `losses.${term}`,
        expected: `finite differences within ${TOLERANCE} of the gradient`,
        received: `${error.toPrecision(3)}${size === 1 ? '' : `, with the encoder scaled by ${size}`}`,
      });
    }
  }
};

/** Relative error of directional derivatives at one point: the median, since in some directions a latent turns on or off. */
async function medianError(
  variant: Variant,
  hyper: Hyper,
  term: string,
  state: TrainerState,
  { progress, size, directions }: (typeof PLACES)[number],
): Promise<number> {
  const { encoder, perLatent } = variant.roles(hyper);
  const scaled = (tensors: Params): Params => scaledBy(size, tensors, [encoder, ...Object.keys(perLatent)]);
  const origin = scaled(state.params);
  const context = contextOf(state, progress);
  const x = batch(FEW_ROWS);
  const stops = new Stops();
  const { value, gradients } = stops.during(() =>
    termWithGradients([variant, hyper, origin], term, x, context),
  );
  // In single precision, a difference far smaller than the value itself is mostly rounding.
  const least = Math.max(0.05 * Math.abs((await value.data())[0]!), 1e-6);
  const errors: number[] = [];
  for (let seed = 0; seed < directions; seed++) {
    const direction = scaled(
      randomLike(state.params, seeded(seed, 'direction'), variant.straightThrough ?? []),
    );
    const valueAt = async (factor: number): Promise<number> => {
      const params = moved(origin, direction, factor);
      const moving = stops.during(() => lossTerms(variant, hyper, params, x, context).terms[term]!);
      return (await moving.data())[0]!;
    };
    const numeric = ((await valueAt(STEP)) - (await valueAt(-STEP))) / (2 * STEP);
    let analytic = 0;
    for (const [name, gradient] of Object.entries(gradients)) {
      analytic += (await tf.sum(tf.mul(gradient, direction[name]!)).data())[0]!;
    }
    errors.push(Math.abs(numeric - analytic) / Math.max(Math.abs(numeric), Math.abs(analytic), least));
  }
  stops.dispose();
  return errors.toSorted((a, b) => a - b)[Math.floor(directions / 2)]!;
}

/** Dense and sparse codes give every loss term the same value and gradients. */
export const sparseEqualsDense: Check = async (variant, hyper) => {
  const state = await perturbed(variant, hyper);
  const cases = [
    ...STAGES.map((progress) => ({ progress, which: 'some' as const })),
    { progress: STAGES[0], which: 'none' as const },
    { progress: STAGES[0], which: 'all' as const },
  ];
  for (const { progress, which } of cases) {
    const dead = deadLatents(which);
    for (const term of Object.keys(variant.losses)) {
      const [dense, sparse] = [denseOps, referenceOps].map((ops) =>
        termWithGradients(
          [variant, hyper, state.params],
          term,
          batch(),
          contextOf(state, { ops, dead, ...progress }),
        ),
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
        fail(`differs between dense and sparse codes ${at(progress)} (${which} latents dead)`, {
          field: `losses.${term}: ${what}`,
          expected: 'at most 1e-5 of the largest value',
          received: difference.toPrecision(3),
        });
      }
    }
  }
};
