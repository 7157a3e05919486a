import { evaluationSettings, type VariantGrid } from '@sae-lab/core';
import { datasetSpecSchema, extractionSettingsSchema } from '@sae-lab/core/extraction';
import { z } from 'zod';

// What is used of a variant before its runs are trained.
const variant = z.object({
  specVersion: z.literal(1),
  name: z.string().min(1),
  mathVersion: z.number(),
  hyper: z.instanceof(z.ZodType),
  sparsity: z.string(),
  lossConvention: z.function(),
  defaults: z.function(),
  validate: z.function().optional(),
});
const pair = z.object({ variant, grid: z.record(z.string(), z.unknown()) });

const variantGrid = z.custom<VariantGrid>(
  // Not its result: zod copies.
  (value) => pair.safeParse(value).success,
  { error: 'is not a variant with its hyperparameters, as e.g. topk({ k: [16, 32] }) returns' },
);

// As it is: z.record would drop a field named __proto__ without a word.
const training = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  { error: 'is not a set of training settings, as e.g. { tokens: 1_000_000 }' },
);

/** A definition as zod can check it; hyperparameters and training are checked per combination. */
export const sweepSchema = z.strictObject({
  name: z.string().min(1),
  model: z.string().min(1),
  dataset: datasetSpecSchema,
  hooks: z.array(z.string().min(1)).min(1),
  variants: z.array(variantGrid).min(1),
  widths: z.array(z.int32().positive()).min(1),
  seeds: z.array(z.int32().min(0)).min(1),
  activations: extractionSettingsSchema.prefault({}),
  training,
  evaluation: evaluationSettings.prefault({}),
  samples: z.int().positive().optional(),
  sampleSeed: z.int().default(0),
});
