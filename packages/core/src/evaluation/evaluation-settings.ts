import { z } from 'zod';

export const evaluationSettings = z.strictObject({
  holdout: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.1)
    .describe('Fraction of the documents held out of training; 0 evaluates on the training activations.'),
  maxTokens: z
    .int()
    .positive()
    .optional()
    .describe('Maximum number of held-out activations to evaluate on; all by default.'),
});

export type EvaluationSettings = z.infer<typeof evaluationSettings>;
