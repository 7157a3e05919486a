import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { LARGEST_INTEGER, names, none, storable, wholeNumber } from '../parameters.ts';
import { number } from '../values.ts';

const MOST_CURVES = 60;
const MOST_BUCKETS = 5000;
/** Points of an answer. As JSON they take about 25 MB. */
export const MOST_POINTS = 1_000_000;

const points = z.strictObject({
  run: z.int(),
  curve: z.string(),
  steps: z.array(z.int()),
  values: z.array(number),
});

const bucketed = z.strictObject({
  run: z.int(),
  curve: z.string(),
  size: z.int().describe('Steps of a bucket.'),
  steps: z.array(z.int()).describe('The first step of each bucket.'),
  last: z.array(number).describe('The value at the last step of each bucket.'),
  min: z.array(number),
  max: z.array(number),
});

export const listCurves = defineEndpoint({
  id: 'listCurves',
  path: '/curves',
  summary: 'Curves of runs, whole or in buckets.',
  description:
    `One response has at most ${MOST_POINTS.toLocaleString('en')} points. Buckets start at multiples of a power of two, so ` +
    'that curves in buckets of one size can be compared step by step.',
  parameters: none,
  query: z.strictObject({
    runs: storable()
      .min(1)
      .describe('Numbers, ranges and hashes of at most 500 runs, e.g. `1-8,12,3fa94c01`.'),
    curves: names(MOST_CURVES).describe('Names of curves, separated by commas, e.g. `loss,l0`.'),
    from: wholeNumber(0, LARGEST_INTEGER).default(0).describe('The first step.'),
    until: wholeNumber(0, LARGEST_INTEGER).optional().describe('The step after the last one.'),
    buckets: wholeNumber(1, MOST_BUCKETS)
      .optional()
      .describe('The largest number of buckets of a curve. Absent: all points.'),
    format: z
      .enum(['json', 'parquet'])
      .default('json')
      .describe('`parquet`: a table with a row per point or bucket, with the columns of the JSON.'),
  }),
  answer: z.strictObject({
    curves: z.array(z.union([points, bucketed])).describe('Curves that a run does not have are absent.'),
  }),
  downloads: [{ type: 'application/vnd.apache.parquet', meaning: 'With `format=parquet`.' }],
  example: '/curves?runs=1-2&curves=loss,l0&buckets=100',
});
