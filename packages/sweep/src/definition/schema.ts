import { evaluationSettings, type VariantGrid } from '@sae-lab/core';
import {
  datasetSpecSchema,
  dtypeSchema,
  extractionSettingsSchema,
  importedSpecSchema,
  syntheticSpecSchema,
} from '@sae-lab/core/activations';
import { z } from 'zod';
import { isPath } from './is-path.ts';
import { baselineRequest, evaluationRequest } from './requests.ts';

/** Windows of a stream on disk: one that runs train on, and one that is being extracted. */
export const RING_WINDOWS = 2;

// What planning uses of a variant.
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
  // The check only: zod's result would be a copy.
  (value) => pair.safeParse(value).success,
  { error: 'must be a variant with hyperparameters, e.g. topk({ k: [16, 32] })' },
);

// Not z.record, which silently drops a field named __proto__.
const training = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  { error: 'must be an object of training settings, e.g. { tokens: 1_000_000 }' },
);

/** Of a sweep: `also` is not part of a run's identity, since it changes nothing about the run. */
const sweepEvaluation = evaluationSettings.extend({
  also: z
    .array(evaluationRequest)
    .default([])
    .describe(
      "Further evaluations of each SAE after training, e.g. `['reconstruction']`, or an object with a name and settings. " +
        'The section Evaluations lists them.',
    ),
});

// Hyperparameters and training are checked per combination.
const common = {
  variants: z
    .array(variantGrid)
    .min(1)
    .describe('Variants to train, each with its hyperparameters, e.g. `[topk({ k: [16, 32] })]`.'),
  widths: z.array(z.int32().positive()).min(1).describe('Numbers of latents.'),
  seeds: z.array(z.int32().min(0)).min(1).describe('Seeds. Each configuration is trained once with each.'),
  training: training.describe('How each run is trained. `learningRate` may be an axis of the sweep.'),
  evaluation: sweepEvaluation.prefault({}).describe('How each SAE is evaluated on held-out activations.'),
  baselines: z
    .array(baselineRequest)
    .default([])
    .describe(
      "What the runs are compared with on each hook, e.g. `['identity', 'mean', sae('./folder')]`. The section Baselines " +
        'lists them.',
    ),
  samples: z
    .int()
    .positive()
    .optional()
    .describe('Number of draws. Required if the sweep has a distribution.'),
  sampleSeed: z.int().default(0).describe('Seed of the draws, unrelated to the seeds of the runs.'),
};

// Includes the kinds without a model, so that the error for an unknown kind names them. They have their own schemas below.
const anyDataset = z.discriminatedUnion('kind', [
  ...datasetSpecSchema.options,
  syntheticSpecSchema,
  importedSpecSchema,
]) as unknown as typeof datasetSpecSchema;

export const activationsSchema = extractionSettingsSchema
  .extend({
    store: z
      .enum(['cache', 'stream'])
      .optional()
      .describe(
        "'cache' keeps all activations on disk; 'stream' extracts them while runs train and keeps a few windows. By default " +
          'the cache, unless it does not fit the disk. Not part of any identity.',
      ),
    ringWindows: z
      .int32()
      .positive()
      .optional()
      .describe(
        `Windows of a stream on disk at once for each hook, without the first, which stays; ${RING_WINDOWS} by default.`,
      ),
  })
  .superRefine(({ store, ringWindows }, context) => {
    if (store !== 'cache' || ringWindows === undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['ringWindows'],
      input: ringWindows,
      message: "has no effect with store 'cache'",
      params: { expected: 'nothing', fix: "Remove it, or set store to 'stream'." },
    });
  });

export type ActivationsSettings = z.infer<typeof activationsSchema>;
export type ActivationsInput = z.input<typeof activationsSchema>;

const name = z.string().min(1).describe('Name of the sweep in tables and in the dashboard.');

/** A sweep on a language model's activations. */
export const modelSweepSchema = z.strictObject({
  name,
  model: z
    .union([
      z.string().min(1),
      z
        .strictObject({
          id: z
            .string()
            .min(1)
            .describe('Name on the hub, e.g. `EleutherAI/pythia-70m-deduped`, or the path of a folder.'),
          revision: z.string().min(1).optional().describe('A branch, a tag or a commit; by default `main`.'),
          dtype: dtypeSchema.optional(),
        })
        .superRefine(({ id, revision }, context) => {
          if (revision === undefined || !isPath(id)) return;
          context.addIssue({
            code: 'custom',
            path: ['revision'],
            input: revision,
            message: 'cannot be combined with the path of a folder: only models on the hub have revisions',
            params: { expected: 'nothing', fix: 'Remove it, or give the name of a model on the hub.' },
          });
        }),
    ])
    .describe(
      'The language model: its name on the Hugging Face hub (`EleutherAI/pythia-70m-deduped`), or the path of a folder, ' +
        'which starts with `.` or `/`. An object also chooses a revision or the variant of an ONNX graph.',
    ),
  dataset: anyDataset.describe(
    'Documents that the model reads, synthetic activations, or your own activations. A string is the name of a dataset on the hub ' +
      "(`NeelNanda/pile-10k`, short for kind 'hub'), or a path that starts with `.` or `/` (short for kind 'files').",
  ),
  hooks: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      'Where to read activations: TransformerLens names (`blocks.3.hook_resid_post`), module paths ' +
        '(`gpt_neox.layers.3.mlp`), or globs of them (`blocks.*.hook_mlp_out`). `pnpm sweep --list-hooks` lists them.',
    ),
  activations: activationsSchema
    .prefault({})
    .describe('How activations are extracted from the model and stored.'),
  ...common,
});

/** The fields of a model, refused. */
function withoutModel(dataset: string): Record<'model' | 'hooks' | 'activations', z.ZodOptional<z.ZodNever>> {
  const field = z
    .never({ error: `cannot be combined with ${dataset}, which needs no language model` })
    .optional();
  return { model: field, hooks: field, activations: field };
}

/** A sweep on synthetic activations. */
export const syntheticSweepSchema = z.strictObject({
  name,
  ...withoutModel('a synthetic dataset'),
  dataset: syntheticSpecSchema,
  ...common,
});

/** A sweep on activations that another program computed. */
export const importedSweepSchema = z.strictObject({
  name,
  ...withoutModel("a dataset of kind 'activations'"),
  dataset: importedSpecSchema,
  ...common,
});

/** The schema of a definition, chosen by the kind of its dataset. */
export function schemaOf(
  input: unknown,
): typeof modelSweepSchema | typeof syntheticSweepSchema | typeof importedSweepSchema {
  const { dataset } = (input ?? {}) as { dataset?: { kind?: unknown } | null };
  if (dataset?.kind === 'synthetic') return syntheticSweepSchema;
  return dataset?.kind === 'activations' ? importedSweepSchema : modelSweepSchema;
}
