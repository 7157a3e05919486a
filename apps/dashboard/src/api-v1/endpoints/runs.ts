import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { names, none, page, run, storable } from '../parameters.ts';
import { instant, json, next, number } from '../values.ts';

/** Keys that one request may name as columns. */
export const MOST_COLUMNS = 200;

const key = z.strictObject({
  key: z.string().describe('What filters, `sort` and `columns` call it.'),
  kind: z.enum(['field', 'figure', 'setting']),
  type: z
    .enum(['number', 'text', 'time', 'status', 'list', 'setting'])
    .describe('`list`: an array of texts. `setting`: a number, a text or a list, as the run has it.'),
  label: z.string(),
  unit: z.string().optional(),
  meaning: z.string(),
});

export const listKeys = defineEndpoint({
  id: 'listKeys',
  path: '/keys',
  summary: 'Everything that runs can be filtered, sorted and listed by.',
  parameters: none,
  query: none,
  answer: z.strictObject({ keys: z.array(key) }),
  example: '/keys',
});

const cell = z.union([number, z.string(), z.boolean(), z.array(z.unknown()), z.null()]);

export const listRuns = defineEndpoint({
  id: 'listRuns',
  path: '/runs',
  summary: 'Runs that pass a filter, a page at a time.',
  description:
    'The filter, the sort order and the columns are those of the page of all runs. Pages are found by the values of ' +
    'their last run, so runs that start in the meantime neither repeat nor skip others.',
  parameters: none,
  query: z.strictObject({
    filter: z
      .string()
      .max(3500)
      .default('')
      .describe(
        'An expression, e.g. `variant = topk and l0 < 40`. docs/dashboard.md describes the language.',
      ),
    sort: storable().optional().describe('A key of `/keys`. Absent: the newest run first.'),
    dir: z
      .enum(['asc', 'desc'])
      .default('asc')
      .describe('The direction of `sort`. Missing values come last.'),
    columns: names(MOST_COLUMNS)
      .optional()
      .describe('Keys of `/keys`, separated by commas, or `all`. Absent: those of the page of all runs.'),
    ...page,
  }),
  answer: z.strictObject({
    columns: z.array(key).describe('What the columns are, in their order.'),
    runs: z
      .array(z.record(z.string(), cell))
      .describe(
        'A record per run: `id`, `hash`, then the columns. Times are ISO 8601. Missing values are null.',
      ),
    next,
  }),
  example: '/runs?filter=status+%3D+finished&columns=variant,l0,explained_variance&limit=2',
});

const interval = z.strictObject({ low: number, high: number });
const histogram = z.strictObject({
  name: z.string(),
  edges: z.array(number).describe('One more than `counts`.'),
  counts: z.array(z.int()),
});

export const file = z.strictObject({
  name: z.string(),
  kind: z
    .string()
    .describe('`sae`: the weights. `config`: what SAELens reads of them. `sparsity`: latent densities.'),
  bytes: z.int(),
  sha256: z.string(),
  url: z.string().describe('Where to download it.'),
});

export const evaluation = z.strictObject({
  id: z.int(),
  name: z.string().describe('E.g. `ce`.'),
  version: z.int(),
  settings: json,
  dataId: z.string().describe('Hash of the data. Figures are comparable where it is equal.'),
  activationsId: z.string().nullable(),
  tokens: z.int(),
  documents: z.int(),
  seconds: z.number(),
  finishedAt: instant,
  figures: z.record(
    z.string(),
    z.strictObject({ value: number, low: number.nullable(), high: number.nullable() }),
  ),
});

export const getRun = defineEndpoint({
  id: 'getRun',
  path: '/runs/{run}',
  summary: 'One run: specification, figures with intervals, evaluations, histograms and files.',
  parameters: z.strictObject({ run }),
  query: none,
  answer: z.strictObject({
    id: z.int(),
    hash: z.string().describe('Identity of the run: the sha256 of its specification.'),
    variant: z.string(),
    mathVersion: z.int(),
    hyper: json.describe('The hyperparameters of the variant.'),
    hook: z.string(),
    model: z.string().nullable(),
    width: z.int().describe('Number of latents.'),
    seed: z.int(),
    activationsId: z.string(),
    lossConvention: z.string(),
    specification: json.describe('Everything that affects the result.'),
    status: z.enum(['queued', 'running', 'finished', 'failed', 'diverged', 'interrupted', 'cancelled']),
    attempt: z.int(),
    step: z.int(),
    totalSteps: z.int().nullable(),
    divergedAtStep: z.int().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    queuedAt: instant,
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    seconds: z.number().nullable().describe('Seconds spent training.'),
    provenance: json.nullable().describe('What the last attempt ran on: commit, Node, backend, versions.'),
    notes: z.string(),
    tags: z.array(z.string()),
    sweeps: z.array(z.strictObject({ id: z.int(), name: z.string() })),
    figures: z
      .record(z.string(), number)
      .describe('Those of its training and of its evaluations, as the tables choose them.'),
    intervals: z
      .record(z.string(), interval)
      .describe('The 95 % intervals over documents of the figures that have one.'),
    evaluations: z.array(evaluation).describe('All finished ones, in the order in which they finished.'),
    histograms: z.array(histogram),
    curves: z.array(z.string()).describe('The names of its curves.'),
    files: z.array(file),
  }),
  example: '/runs/1',
});

export const getFile = defineEndpoint({
  id: 'getFile',
  path: '/runs/{run}/files/{file}',
  summary: "A file of a run's SAE.",
  description:
    'Only files that the run recorded, and that are in the data folder of the dashboard with the recorded size. The ' +
    '`ETag` is the recorded sha256. `Range` and `If-Range` are understood.',
  parameters: z.strictObject({
    run,
    file: storable().describe('A `name` of `files`, e.g. `sae_weights.safetensors`.'),
  }),
  query: none,
  downloads: [{ type: 'application/octet-stream', meaning: 'The bytes of the file.' }],
  example: '/runs/1/files/sae_weights.safetensors',
});
