import { z } from 'zod';

/** Bytes of temporary tensors for each logit: logits, two sets of log probabilities, probabilities and differences. */
export const BYTES_PER_LOGIT = 20;

export const ceSettings = z.strictObject({
  maxTokens: z
    .int()
    .positive()
    .default(100_000)
    .describe('Maximum number of held-out tokens; all pieces of the extraction up to it are evaluated.'),
  batchTokens: z
    .int()
    .positive()
    .default(4096)
    .describe('Maximum number of tokens of a forward pass, including padding.'),
  maxLogits: z
    .int()
    .positive()
    .default(2 ** 25)
    .describe(
      'Maximum number of evaluated tokens times vocabulary of a forward pass; bounds the memory, to about 20 bytes each.',
    ),
  meanRows: z
    .int()
    .positive()
    .default(2 ** 18)
    .describe(
      'Maximum number of training activations whose mean replaces the activations in the mean ablation.',
    ),
});

export type CeSettings = z.infer<typeof ceSettings>;
