import { z } from 'zod';

export const evaluationSettings = z.strictObject({
  holdout: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.1)
    .describe('Fraction of the documents never trained on; 0 evaluates on the training activations.'),
  maxTokens: z
    .int()
    .positive()
    .optional()
    .describe('Evaluate on so many held-out activations at most; all by default.'),
});

export type EvaluationSettings = z.infer<typeof evaluationSettings>;
