import { FIGURES } from './figures.ts';
import type { Measure } from './measure.ts';

/** Every curve that the trainer logs, in the order in which they are shown. The loss's terms follow it. */
export const CURVES = {
  loss: {
    label: 'Loss',
    better: 'lower',
    meaning: 'The loss that training minimises: the sum of its weighted terms.',
  },
  l0: {
    label: FIGURES.l0.label,
    unit: 'active latents per token',
    better: 'neither',
    meaning: 'Mean number of active latents per token of the batch.',
  },
  explained_variance: {
    label: FIGURES.explained_variance.label,
    unit: 'fraction of the batch’s variance',
    better: 'higher',
    meaning: 'Explained variance of the batch: 0 for predicting its mean, 1 for a perfect reconstruction.',
  },
  dead_fraction: {
    label: FIGURES.dead_fraction.label,
    unit: 'fraction of latents',
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
    label: 'Gradient norm',
    unit: 'L2 norm',
    better: 'neither',
    meaning: 'L2 norm of all gradients together, before clipping.',
  },
  learning_rate: {
    label: 'Learning rate',
    better: 'neither',
    meaning: 'Learning rate of the step, after warmup and decay.',
  },
  sparse_code: {
    label: 'Code layout',
    unit: '1 = sparse kernels, 0 = dense products',
    form: 'count',
    better: 'neither',
    meaning: 'Whether the step computed its codes with sparse kernels (1) or dense matrix products (0).',
  },
} as const satisfies Readonly<Record<string, Measure>>;

/** A term of the loss is logged as `loss/<name>`, unweighted. */
export const LOSS_TERM = 'loss/';

export type CurveKey = keyof typeof CURVES | `${typeof LOSS_TERM}${string}`;
