import { evaluationSettings, type VariantGrid } from '@sae-lab/core';
import { datasetSpecSchema, extractionSettingsSchema, syntheticSpecSchema } from '@sae-lab/core/extraction';
import { z } from 'zod';

// What is used of a variant before its runs are trained.
const variant = z.object({
  specVersion: z.literal(1),
  name: z.string().min(1),
  mathVersion: z.int32(),
  hyper: z.instanceof(z.ZodType),
  sparsityHyper: z.string(),
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

// Hyperparameters and training are checked per combination.
const common = {
  variants: z.array(variantGrid).min(1),
  widths: z.array(z.int32().positive()).min(1),
  seeds: z.array(z.int32().min(0)).min(1),
  training,
  evaluation: evaluationSettings.prefault({}),
  samples: z.int().positive().optional(),
  sampleSeed: z.int().default(0),
};

// With the synthetic kind, so that it is named where a kind is unknown; a dataset of that kind never comes here.
const anyDataset = z.discriminatedUnion('kind', [
  ...datasetSpecSchema.options,
  syntheticSpecSchema,
]) as unknown as typeof datasetSpecSchema;

const modelSweepSchema = z.strictObject({
  name: z.string().min(1),
  model: z.string().min(1),
  dataset: anyDataset,
  hooks: z.array(z.string().min(1)).min(1),
  activations: extractionSettingsSchema.prefault({}),
  ...common,
});

const ofAModel = z
  .never({ error: 'has no place beside a synthetic dataset, which is made without a language model' })
  .optional();

const syntheticSweepSchema = z.strictObject({
  name: z.string().min(1),
  model: ofAModel,
  dataset: syntheticSpecSchema,
  hooks: ofAModel,
  activations: ofAModel,
  ...common,
});

/** What a definition must be, which the kind of its dataset decides. */
export function schemaOf(input: unknown): typeof modelSweepSchema | typeof syntheticSweepSchema {
  const { dataset } = (input ?? {}) as { dataset?: { kind?: unknown } | null };
  return dataset?.kind === 'synthetic' ? syntheticSweepSchema : modelSweepSchema;
}
