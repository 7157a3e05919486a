import { z } from 'zod';

/** Settings of the evaluation `features`. */
export const featureSettings = z.strictObject({
  latents: z
    .union([
      z.literal('all'),
      z.strictObject({
        densest: z.int().positive().describe('How many of the latents that fire most often.'),
      }),
      z.array(z.int().nonnegative()).min(1),
    ])
    .default('all')
    .describe("Which latents to describe: 'all', the n that fire most often, or a list."),
  maxTokens: z
    .int()
    .positive()
    .default(1_000_000)
    .describe('Maximum number of held-out activations to read.'),
  top: z
    .int()
    .min(0)
    .max(100)
    .default(10)
    .describe('Examples with the largest activations, each from another document.'),
  bands: z
    .int()
    .min(2)
    .max(16)
    .default(5)
    .describe(
      'Bands of activation: powers of two below the largest activation. The last one reaches down to 0.',
    ),
  perBand: z
    .int()
    .min(0)
    .max(100)
    .default(3)
    .describe('Examples drawn from each band, each from another document.'),
  seed: z.int().nonnegative().default(0).describe('Decides which examples are drawn from a band.'),
  before: z
    .int()
    .min(0)
    .max(512)
    .default(15)
    .describe('Tokens of context before the one that an example is about.'),
  after: z.int().min(0).max(512).default(8).describe('Tokens of context after it.'),
  logits: z
    .int()
    .min(0)
    .max(100)
    .default(10)
    .describe('Tokens that a latent raises most and lowers most; 0 does not run the unembedding.'),
  nearest: z
    .int()
    .min(0)
    .max(100)
    .default(5)
    .describe('Latents of the same SAE with the most similar decoder rows.'),
  matches: z
    .boolean()
    .default(true)
    .describe(
      'Whether to find the most similar latent in each other SAE. Takes time in proportion to the square of their number.',
    ),
  maxMemoryMb: z
    .int()
    .positive()
    .default(1024)
    .describe(
      'Memory for encoders and examples. If they need more, the text is read several times, with the same results.',
    ),
});

export type FeatureSettings = z.infer<typeof featureSettings>;
