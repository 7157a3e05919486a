import { z } from 'zod';

/** Raised when the same specification gives other rows than before; part of the activations' identity. */
export const SYNTHESIS_VERSION = 1;

/** Numbers of the matrix of true directions, which is held in memory: 512 MiB. */
const MOST_DIRECTION_ENTRIES = 2 ** 27;

// Far from where float32 has no room for a sum of them, or for the square of one.
const magnitude = z.number().min(1e-6).max(1e6);

const strengthsSchema = z
  .discriminatedUnion('law', [
    z
      .strictObject({
        law: z.literal('uniform'),
        low: z.number().min(0).max(1e6).default(0).describe('Strengths are more than this.'),
        high: magnitude.default(1).describe('Strengths are this at most; more than low.'),
      })
      .superRefine(({ low, high }, context) => {
        if (low < high) return;
        context.addIssue({
          code: 'custom',
          path: ['low'],
          input: low,
          message: 'leaves no interval',
          params: { expected: `less than high, ${high}`, fix: "Lower it, or choose the law 'constant'." },
        });
      })
      .describe('Uniform in (low, high], as in Sharkey et al. (2022) and Elhage et al. (2022).'),
    z
      .strictObject({ law: z.literal('exponential'), mean: magnitude.default(1).describe('Mean strength.') })
      .describe('Exponential: mostly weak, now and then strong, as features of language models are.'),
    z
      .strictObject({ law: z.literal('constant'), value: magnitude.default(1).describe('Every strength.') })
      .describe('Always the same: features are on or off.'),
  ])
  .describe('How strongly a feature is on when it is on; always more than 0.');

export const syntheticSpecSchema = z
  .strictObject({
    kind: z.literal('synthetic'),
    features: z
      .int()
      .positive()
      .max(2 ** 20)
      .describe(
        'Number of true features G, each a random unit direction. More than dIn is superposition; fewer are allowed, ' +
          'as a control without it.',
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
        'Mean number of features that are on in a row; each is on or off by itself, independent of the others. Rows ' +
          'in which none is on are zero, but for the noise.',
      ),
    frequencyExponent: z
      .number()
      .min(0)
      .max(10)
      .default(0)
      .describe(
        'How unequally often features are on: the g-th, from 1, with a probability proportional to g^-exponent, and at ' +
          'most 1. 0 for all alike, 1 for the law of Zipf.',
      ),
    strengths: strengthsSchema.prefault({ law: 'uniform' }),
    noise: z
      .number()
      .min(0)
      .max(1e6)
      .default(0)
      .describe('Standard deviation of the Gaussian noise that is added to each coordinate.'),
    rows: z.int32().positive().default(200_000).describe('Number of activations.'),
    seed: z
      .int32()
      .min(0)
      .default(0)
      .describe('Decides directions and rows; unrelated to the seeds of the runs.'),
    shardRows: z
      .int()
      .positive()
      .optional()
      .describe('Activations in one file; by default what fits into 32 MiB.'),
  })
  .superRefine(({ features, dIn, active }, context) => {
    if (active > features) {
      context.addIssue({
        code: 'custom',
        path: ['active'],
        input: active,
        message: 'more features would be on than there are',
        params: { expected: `at most features, ${features}`, fix: 'Lower it, or raise features.' },
      });
    }
    if (features * dIn > MOST_DIRECTION_ENTRIES) {
      context.addIssue({
        code: 'custom',
        path: ['features'],
        input: features,
        message: 'the true directions would not fit into memory',
        params: {
          expected: `features · dIn of at most 2^27, so at most ${Math.floor(MOST_DIRECTION_ENTRIES / dIn)} for dIn ${dIn}`,
          fix: 'Lower features or dIn.',
        },
      });
    }
  })
  .describe(
    'Activations made from a known dictionary: each row is the sum of the true directions of the features that are ' +
      'on, each times its strength, plus noise. What an SAE finds can be compared with the truth. Every field is part ' +
      'of their identity.',
  );

export type SyntheticSpec = z.infer<typeof syntheticSpecSchema>;
/** The same before the defaults. */
export type SyntheticSpecInput = z.input<typeof syntheticSpecSchema>;
