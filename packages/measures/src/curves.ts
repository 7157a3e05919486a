import { FIGURES } from './figures.ts';
import type { Measure } from './measure.ts';

/** A curve, and when it has a value. */
export interface CurveMeasure extends Measure {
  /**
   * 'step' for a value that every step computes anyway, 'measured' for one that is computed only where it is logged,
   * 'held-out' for one that is computed about 20 times per run.
   * Absent for a value that only some steps have.
   */
  readonly every?: 'step' | 'measured' | 'held-out';
  /** Recorded for those who work on the trainer; pages do not show it. */
  readonly hidden?: true;
}

/** Every curve that the trainer logs, in the order in which they are shown. The loss's terms follow it. */
export const CURVES = {
  loss: {
    every: 'step',
    label: 'Loss',
    better: 'lower',
    meaning: 'The loss that training minimises: the sum of its weighted terms.',
  },
  l0: {
    every: 'measured',
    label: FIGURES.l0.label,
    unit: 'active latents per token',
    better: 'neither',
    meaning: 'Mean number of active latents per token of the batch.',
  },
  explained_variance: {
    every: 'measured',
    label: FIGURES.explained_variance.label,
    unit: 'fraction of the batch’s variance',
    better: 'higher',
    meaning: 'Explained variance of the batch: 0 for predicting its mean, 1 for a perfect reconstruction.',
  },
  held_out_l0: {
    every: 'held-out',
    label: 'Held-out L0',
    unit: 'active latents per token',
    better: 'neither',
    meaning: 'Mean number of active latents per token of a fixed held-out sample, before the step.',
  },
  held_out_explained_variance: {
    every: 'held-out',
    label: 'Held-out explained variance',
    unit: 'fraction of the sample’s variance',
    better: 'higher',
    meaning:
      'Explained variance of a fixed held-out sample, by the SAE as it would be saved before the step.',
  },
  dead_fraction: {
    every: 'step',
    label: FIGURES.dead_fraction.label,
    unit: 'share of the latents',
    form: FIGURES.dead_fraction.form,
    digits: FIGURES.dead_fraction.digits,
    better: 'lower',
    meaning: 'Share of latents that have not fired for as long as the training settings allow.',
  },
  resampled: {
    label: 'Resampled latents',
    unit: 'latents',
    form: 'count',
    better: 'neither',
    meaning: 'Number of dead latents reinitialised at this step.',
  },
  gradient_norm: {
    every: 'step',
    label: 'Gradient norm',
    unit: 'L2 norm',
    better: 'neither',
    meaning: 'L2 norm of all gradients together, before clipping.',
  },
  learning_rate: {
    every: 'step',
    label: 'Learning rate',
    better: 'neither',
    meaning: 'Learning rate of the step, after warmup and decay.',
  },
  sparse_code: {
    every: 'measured',
    hidden: true,
    label: 'Code layout',
    unit: '1 = sparse kernels, 0 = dense products',
    form: 'count',
    better: 'neither',
    meaning: 'Whether the step computed its codes with sparse kernels (1) or dense matrix products (0).',
  },
} as const satisfies Readonly<Record<string, CurveMeasure>>;

/** A term of the loss is logged as `loss/<name>`, unweighted. */
export const LOSS_TERM = 'loss/';

export type CurveKey = keyof typeof CURVES | `${typeof LOSS_TERM}${string}`;

/** Whether a curve is one of the trainer's, which every variant has; its other curves are a variant's own. */
export function isTrainerCurve(key: string): key is CurveKey {
  return Object.hasOwn(CURVES, key) || key.startsWith(LOSS_TERM);
}

/** Whether pages show a curve. */
export function isShownCurve(key: string): boolean {
  const curves: Readonly<Record<string, CurveMeasure>> = CURVES;
  return !(Object.hasOwn(curves, key) && curves[key]!.hidden === true);
}

/** Whether every step computes a curve anyway, so that logging it costs nothing: the terms of the loss, among others. */
export function isFreeCurve(key: string): boolean {
  if (key.startsWith(LOSS_TERM)) return true;
  const curves: Readonly<Record<string, CurveMeasure>> = CURVES;
  return Object.hasOwn(curves, key) && curves[key]!.every === 'step';
}
