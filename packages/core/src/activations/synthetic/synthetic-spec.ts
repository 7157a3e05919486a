import { z } from 'zod';
import { featureFrequencies } from './feature-frequencies.ts';

/** Raised when the same specification gives different rows; part of the activations' identity. */
export const SYNTHESIS_VERSION = 1;

/** Maximum number of entries of the matrix of true directions, which is held in memory: 512 MiB. */
const MOST_DIRECTION_ENTRIES = 2 ** 27;

// Sums and squares of these are far from the limits of float32.
const magnitude = z.number().min(1e-6).max(1e6);

const strengthsSchema = z
  .discriminatedUnion('law', [
    z
      .strictObject({
        law: z.literal('uniform'),
        low: z.number().min(0).max(1e6).default(0).describe('Lower bound, exclusive.'),
        high: magnitude.default(1).describe('Upper bound, inclusive; above low.'),
      })
      .superRefine(({ low, high }, context) => {
        if (low < high) return;
        context.addIssue({
          code: 'custom',
          path: ['low'],
          input: low,
          message: 'must be less than high',
          params: { expected: `less than high, ${high}`, fix: "Lower it, or use the law 'constant'." },
        });
      })
      .describe('Uniform in (low, high], as in Sharkey et al. (2022) and Elhage et al. (2022).'),
    z
      .strictObject({ law: z.literal('exponential'), mean: magnitude.default(1).describe('Mean strength.') })
      .describe('Exponential: mostly weak, occasionally strong, like features of language models.'),
    z
      .strictObject({ law: z.literal('constant'), value: magnitude.default(1).describe('Every strength.') })
      .describe('The same strength whenever a feature is active.'),
  ])
  .describe('The strength of an active feature; always positive.');

export const syntheticSpecSchema = z
  .strictObject({
    kind: z.literal('synthetic'),
    features: z
      .int()
      .positive()
      .max(2 ** 20)
      .describe(
        'Number of true features, each a random unit direction. More than dIn features are in superposition; dIn or ' +
          'fewer are a control without superposition.',
      ),
    dIn: z
      .int()
      .positive()
      .max(2 ** 14)
      .describe('Dimensions of an activation.'),
    active: z
      .number()
      .min(0.1)
      .describe(
        'Mean number of active features per row, children not counted. Features are active independently of each ' +
          'other unless there are `groups`. A row without any active feature is zero, apart from noise.',
      ),
    frequencyExponent: z
      .number()
      .min(0)
      .max(10)
      .default(0)
      .describe(
        "How unequal the features' frequencies are: the g-th, from 1, is active with a probability proportional to " +
          "g^-exponent, at most 1. 0 makes all equal, 1 is Zipf's law.",
      ),
    groups: z
      .strictObject({
        count: z.int().min(2).describe('Number of groups; feature g is in group g mod count.'),
        probability: z
          .number()
          .min(0.001)
          .max(1)
          .describe('Probability with which a row uses a group, at least that of the most frequent feature.'),
      })
      .optional()
      .describe(
        'Correlated features, as words of one topic are: only features of the groups that a row uses can be active. ' +
          'Each feature keeps its frequency.',
      ),
    hierarchy: z
      .strictObject({
        children: z.int().positive().describe('Number of children of each parent.'),
        probability: z
          .number()
          .gt(0)
          .max(1)
          .default(0.5)
          .describe('Probability with which an active parent has an active child, one of its children.'),
      })
      .optional()
      .describe(
        'Features that are active only with their parent, as words that start with S are: shows absorption and splitting. ' +
          'The first features / (1 + children) features are the parents.',
      ),
    strengths: strengthsSchema.prefault({ law: 'uniform' }),
    noise: z
      .number()
      .min(0)
      .max(1e6)
      .default(0)
      .describe('Standard deviation of the Gaussian noise added to each coordinate.'),
    rows: z.int32().positive().default(200_000).describe('Number of activations.'),
    seed: z
      .int32()
      .min(0)
      .default(0)
      .describe('Determines directions and rows; independent of the seeds of runs.'),
    shardRows: z
      .int()
      .positive()
      .optional()
      .describe('Activations per file; by default as many as fit in 32 MiB.'),
  })
  .superRefine(({ features, dIn, active, frequencyExponent, groups, hierarchy }, context) => {
    const parents = hierarchy === undefined ? features : features / (1 + hierarchy.children);
    if (active > parents) {
      const of = hierarchy === undefined ? 'features' : 'features without children';
      context.addIssue({
        code: 'custom',
        path: ['active'],
        input: active,
        message: `must not exceed the number of ${of}`,
        params: { expected: `at most ${of}, ${parents}`, fix: 'Lower it, or raise features.' },
      });
      return;
    }
    if (!Number.isInteger(parents)) {
      const family = 1 + hierarchy!.children;
      context.addIssue({
        code: 'custom',
        path: ['features'],
        input: features,
        message: 'must be a multiple of 1 + hierarchy.children',
        params: {
          expected: `a multiple of ${family}, e.g. ${Math.ceil(parents) * family}`,
          fix: 'Change it.',
        },
      });
      return;
    }
    if (groups !== undefined) {
      const largest = featureFrequencies({ features: parents, active, frequencyExponent })[0]!;
      if (largest > groups.probability) {
        context.addIssue({
          code: 'custom',
          path: ['groups', 'probability'],
          input: groups.probability,
          message: 'must not be below the frequency of the most frequent feature',
          params: {
            expected: `at least ${Math.ceil(largest * 1000) / 1000}`,
            fix: 'Raise it, or lower active or frequencyExponent.',
          },
        });
      }
      if (groups.count > parents) {
        context.addIssue({
          code: 'custom',
          path: ['groups', 'count'],
          input: groups.count,
          message: 'must not exceed the number of features that are grouped',
          params: { expected: `at most ${parents}`, fix: 'Lower it.' },
        });
      }
    }
    if (features * dIn > MOST_DIRECTION_ENTRIES) {
      context.addIssue({
        code: 'custom',
        path: ['features'],
        input: features,
        message: 'makes the true directions too large for memory',
        params: {
          expected: `features · dIn of at most 2^27, so at most ${Math.floor(MOST_DIRECTION_ENTRIES / dIn)} for dIn ${dIn}`,
          fix: 'Lower features or dIn.',
        },
      });
    }
  })
  .describe(
    'Activations made from a known dictionary, so that an SAE can be compared with the truth. Each row is the sum of ' +
      'the true directions of its active features, each times its strength, plus noise. Every field is part of the ' +
      "activations' identity.",
  );

export type SyntheticSpec = z.infer<typeof syntheticSpecSchema>;
/** The same before the defaults. */
export type SyntheticSpecInput = z.input<typeof syntheticSpecSchema>;
