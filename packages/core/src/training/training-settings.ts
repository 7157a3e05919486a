import { z } from 'zod';
import type { Hyper, Variant } from '../variant/contract.ts';
import { FLOAT32_PROBLEM, fitsFloat32 } from './float32.ts';

/** Optimiser steps of a run: what the database has room for, and years of work. */
export const MOST_STEPS = 2 ** 31 - 1;

const rate = z.number().positive().refine(fitsFloat32, FLOAT32_PROBLEM);
const fraction = z.number().min(0).max(1);
const decayRate = z.number().min(0).lt(1);

const resampling = z
  .strictObject({
    every: z
      .number()
      .positive()
      .max(1)
      .default(0.125)
      .describe('Fraction of the run from one resampling to the next.'),
    until: z
      .number()
      .positive()
      .max(1)
      .default(0.6)
      .describe(
        'Fraction of the run after which no latent is resampled: the rest is for those to be trained.',
      ),
    rows: z
      .int32()
      .positive()
      .optional()
      .describe("Inputs are drawn from this many rows of the step's batch; from all of them by default."),
  })
  .refine(({ every, until }) => every <= until, {
    path: ['every'],
    error: 'is more than until, so nothing would ever be resampled',
  });

/**
 * How a run is trained. All schedules are fractions of the run, so that a short run has them too. What is
 * absent comes from the variant's defaults.
 */
export const trainingSettings = z
  .strictObject({
    batchSize: z
      .union([z.int().positive(), z.literal('all')])
      .default(2048)
      .describe(
        "Rows per step; 'all' is one batch of the whole training set, as in the introductory notebook.",
      ),
    tokens: z.int().positive().optional().describe('Length of the run in activations.'),
    epochs: z
      .number()
      .positive()
      .max(MOST_STEPS)
      .optional()
      .describe('Length of the run in passes over the training set.'),
    steps: z.int32().positive().optional().describe('Length of the run in optimiser steps.'),
    learningRate: rate.optional().describe("Peak learning rate of Adam; the variant's own by default."),
    beta1: decayRate.optional().describe("Adam's first decay rate; the variant's own by default."),
    beta2: decayRate.optional().describe("Adam's second decay rate; the variant's own by default."),
    epsilon: rate.default(1e-8).describe("Adam's epsilon."),
    gradientClip: rate
      .nullable()
      .optional()
      .describe("Largest global norm of the gradient, null for none; the variant's own by default."),
    warmup: fraction.default(0.05).describe('Fraction of the run over which the learning rate rises from 0.'),
    decay: fraction
      .default(0.2)
      .describe('Fraction of the run, at its end, over which the learning rate falls to 0.'),
    sparsityWarmup: fraction
      .optional()
      .describe(
        "Fraction of the run over which sparsity terms rise from 0; the variant's own by default, mostly 0.05.",
      ),
    normalize: z
      .boolean()
      .default(true)
      .describe('Scale activations to a mean squared norm of dIn; folded back into what is saved.'),
    deadAfter: z
      .number()
      .positive()
      .max(1)
      .default(0.1)
      .describe(
        'A latent is dead after this fraction of the run without firing, or after 10 M tokens if that is less.',
      ),
    resample: resampling
      .nullable()
      // Off is absent, however it was written: both are the same run.
      .transform((settings) => settings ?? undefined)
      .optional()
      .describe(
        'Has dead latents begin anew as inputs that are badly reconstructed (Bricken et al. 2023), one latent for a ' +
          'row of the batch; what is dead beyond that waits for the next time. {} for the defaults; off by default.',
      ),
  })
  .refine(({ tokens, epochs, steps }) => [tokens, epochs, steps].filter(isGiven).length === 1, {
    error: 'give exactly one of tokens, epochs and steps: the length of the run',
  })
  .superRefine(({ tokens, batchSize }, context) => {
    if (tokens === undefined || batchSize === 'all' || tokens / batchSize <= MOST_STEPS) return;
    context.addIssue({
      code: 'custom',
      path: ['tokens'],
      input: tokens,
      message: `makes ${Math.ceil(tokens / batchSize)} steps of ${batchSize} activations, too many`,
      params: { expected: `at most ${MOST_STEPS} steps`, fix: 'Lower it, or raise training.batchSize.' },
    });
  });

/** What an author writes. */
export type TrainingInput = z.input<typeof trainingSettings>;
export type TrainingSettings = z.infer<typeof trainingSettings>;

/** Training settings with nothing left open: part of a run's identity. */
export type ResolvedTraining = TrainingSettings & {
  learningRate: number;
  beta1: number;
  beta2: number;
  gradientClip: number | null;
  sparsityWarmup: number;
};

/** Where neither the settings nor the variant say otherwise. */
const SPARSITY_WARMUP = 0.05;

/** Fills what the settings leave open with the variant's defaults. */
export function resolveTraining(
  settings: TrainingSettings,
  variant: Variant,
  args: { hyper: Hyper; dIn: number; dSae: number },
): ResolvedTraining {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => isGiven(value)));
  return { sparsityWarmup: SPARSITY_WARMUP, ...variant.defaults(args), ...given } as ResolvedTraining;
}

/** Optimiser steps of a run over `rows` training activations. */
export function totalSteps(settings: TrainingSettings, batchSize: number, rows: number): number {
  const { tokens, epochs, steps } = settings;
  if (steps !== undefined) return steps;
  return Math.max(1, Math.ceil((tokens ?? (epochs as number) * rows) / batchSize));
}

function isGiven(value: unknown): boolean {
  return value !== undefined;
}
