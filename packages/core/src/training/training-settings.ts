import { z } from 'zod';
import type { Hyper, Variant } from '../variant/contract.ts';
import { FLOAT32_PROBLEM, fitsFloat32 } from './float32.ts';

/** Maximum number of optimiser steps of a run: the largest integer that the database stores. */
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
      .describe('Interval between resamplings, as a fraction of the run.'),
    until: z
      .number()
      .positive()
      .max(1)
      .default(0.6)
      .describe(
        'Fraction of the run after which no latent is resampled, so that the last fresh ones are trained.',
      ),
    rows: z
      .int32()
      .positive()
      .optional()
      .describe("Number of rows of the step's batch that inputs are drawn from; all by default."),
  })
  .refine(({ every, until }) => every <= until, {
    path: ['every'],
    error: 'is more than until, so no latent would ever be resampled',
  });

/**
 * Training settings of a run, as the author writes them. Schedules are fractions of the run, so that short runs have
 * them too. Absent settings come from the variant's defaults.
 */
export const trainingSettings = z
  .strictObject({
    batchSize: z
      .union([z.int().positive(), z.literal('all')])
      .default(2048)
      .describe(
        "Activations per step; 'all' makes one batch of the whole training set, as in the introductory notebook.",
      ),
    tokens: z.int().positive().optional().describe('Length of the run, in activations.'),
    epochs: z
      .number()
      .positive()
      .max(MOST_STEPS)
      .optional()
      .describe('Length of the run, in passes over the training set.'),
    steps: z.int32().positive().optional().describe('Length of the run, in optimiser steps.'),
    windowRows: z
      .int32()
      .positive()
      .optional()
      .describe(
        'Shuffle activations only within windows of this many consecutive ones, as a stream does, instead of over all of them. ' +
          'Activations are then normalised and SAEs evaluated by the first window.',
      ),
    learningRate: rate.optional().describe("Peak learning rate of Adam; the variant's default if absent."),
    beta1: decayRate
      .optional()
      .describe("Adam's β₁, the decay rate of the first moments; the variant's default if absent."),
    beta2: decayRate
      .optional()
      .describe("Adam's β₂, the decay rate of the second moments; the variant's default if absent."),
    epsilon: rate.default(1e-8).describe("Adam's ε."),
    gradientClip: rate
      .nullable()
      .optional()
      .describe(
        "Maximum global norm of the gradient, null for no clipping; the variant's default if absent.",
      ),
    warmup: fraction.default(0.05).describe('Fraction of the run over which the learning rate rises from 0.'),
    decay: fraction
      .default(0.2)
      .describe('Fraction of the run, at its end, over which the learning rate falls to 0.'),
    sparsityWarmup: fraction
      .optional()
      .describe(
        "Fraction of the run over which sparsity terms rise from 0; the variant's default if absent, mostly 0.05.",
      ),
    normalize: z
      .boolean()
      .default(true)
      .describe('Scale activations to a mean squared norm of dIn. The scale is folded into the saved SAE.'),
    deadAfter: z
      .number()
      .positive()
      .max(1)
      .default(0.1)
      .describe(
        'A latent is dead if it has not fired for this fraction of the run, or for 10 M tokens if that is less.',
      ),
    resample: resampling
      .nullable()
      // Both spellings of "off" are absent, so that they are the same run.
      .transform((settings) => settings ?? undefined)
      .optional()
      .describe(
        'Reinitialises dead latents to poorly reconstructed inputs (Bricken et al. 2023). Each row of the batch serves ' +
          'one latent; further dead latents wait for the next resampling. {} for the defaults; off by default.',
      ),
  })
  .superRefine(({ tokens, epochs, steps }, context) => {
    const given = Object.entries({ tokens, epochs, steps }).flatMap(([key, value]) =>
      isGiven(value) ? [key] : [],
    );
    if (given.length === 1) return;
    context.addIssue({
      code: 'custom',
      input: given,
      message: 'set exactly one of tokens, epochs and steps: the length of the run',
      params: { received: given.length === 0 ? 'none of them' : given.join(' and ') },
    });
  })
  .superRefine(({ windowRows, batchSize }, context) => {
    if (windowRows === undefined || (batchSize !== 'all' && batchSize <= windowRows)) return;
    context.addIssue({
      code: 'custom',
      path: ['windowRows'],
      input: windowRows,
      ...(batchSize === 'all'
        ? {
            message: "cannot be combined with batchSize 'all': a window is not the whole set",
            params: { expected: 'nothing', fix: 'Remove it, or set training.batchSize to a number.' },
          }
        : {
            message: 'has fewer activations than a batch',
            params: {
              expected: `at least ${batchSize}`,
              fix: 'Raise it, lower training.batchSize, or leave it out to shuffle all activations.',
            },
          }),
    });
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

/** Training settings as an author writes them, before the defaults. */
export type TrainingInput = z.input<typeof trainingSettings>;
export type TrainingSettings = z.infer<typeof trainingSettings>;

/** Training settings with every default filled in: part of a run's identity. */
export type ResolvedTraining = TrainingSettings & {
  learningRate: number;
  beta1: number;
  beta2: number;
  gradientClip: number | null;
  sparsityWarmup: number;
};

/** The sparsity warmup if neither the settings nor the variant set one. */
const SPARSITY_WARMUP = 0.05;

/** Fills absent settings with the variant's defaults. */
export function resolveTraining(
  settings: TrainingSettings,
  variant: Variant,
  args: { hyper: Hyper; dIn: number; dSae: number },
): ResolvedTraining {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => isGiven(value)));
  return { sparsityWarmup: SPARSITY_WARMUP, ...variant.defaults(args), ...given } as ResolvedTraining;
}

/** Number of optimiser steps of a run over `rows` training activations. */
export function totalSteps(settings: TrainingSettings, batchSize: number, rows: number): number {
  const { tokens, epochs, steps } = settings;
  if (steps !== undefined) return steps;
  return Math.max(1, Math.ceil((tokens ?? (epochs as number) * rows) / batchSize));
}

function isGiven(value: unknown): boolean {
  return value !== undefined;
}
