import { evaluationSettings, type VariantGrid } from '@sae-lab/core';
import { datasetSpecSchema, extractionSettingsSchema } from '@sae-lab/core/extraction';
import { z } from 'zod';

const variantGrid = z.custom<VariantGrid>(
  (value) => {
    const { variant, grid } = (value ?? {}) as Partial<VariantGrid>;
    return variant?.specVersion === 1 && typeof grid === 'object' && grid !== null;
  },
  { error: 'is not a variant with its hyperparameters, as e.g. topk({ k: [16, 32] }) returns' },
);

/** A definition as zod can check it; hyperparameters and training are checked per combination. */
export const sweepSchema = z.strictObject({
  name: z.string().min(1),
  model: z.string().min(1),
  dataset: datasetSpecSchema,
  hooks: z.array(z.string().min(1)).min(1),
  variants: z.array(variantGrid).min(1),
  widths: z.array(z.int().positive()).min(1),
  seeds: z.array(z.int().min(0)).min(1),
  activations: extractionSettingsSchema.prefault({}),
  training: z.record(z.string(), z.unknown()),
  evaluation: evaluationSettings.prefault({}),
  samples: z.int().positive().optional(),
  sampleSeed: z.int().default(0),
});
