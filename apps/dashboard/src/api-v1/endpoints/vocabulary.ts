import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { none } from '../parameters.ts';
import { json } from '../values.ts';

const declaredCurve = z.object({
  label: z.string(),
  meaning: z.string(),
  unit: z.string().optional(),
});

export const listVariants = defineEndpoint({
  id: 'listVariants',
  path: '/variants',
  summary: 'The architectures that runs were trained with, at each math version.',
  parameters: none,
  query: none,
  answer: z.strictObject({
    variants: z.array(
      z.strictObject({
        name: z.string(),
        mathVersion: z.int().describe('Raised when the same settings give other weights.'),
        paper: z.string(),
        sparsity: z.string().describe('The hyperparameter that sets sparsity, e.g. `k`.'),
        hyperSchema: json.describe('JSON Schema of the hyperparameters.'),
        curves: z.record(z.string(), declaredCurve).describe('Curves that only this variant logs.'),
        package: z.strictObject({ name: z.string(), version: z.string() }),
      }),
    ),
  }),
  example: '/variants',
});

const measure = z.strictObject({
  key: z.string(),
  label: z.string(),
  unit: z.string().optional().describe('Absent for a pure number.'),
  better: z.enum(['higher', 'lower', 'neither']).describe('Which end is the better one.'),
  meaning: z.string(),
});

export const listMeasures = defineEndpoint({
  id: 'listMeasures',
  path: '/measures',
  summary: 'The figures, curves and histograms that the project measures: label, unit, direction, meaning.',
  parameters: none,
  query: none,
  answer: z.strictObject({
    figures: z.array(measure),
    curves: z.array(measure),
    histograms: z.array(measure.omit({ better: true, unit: true }).extend({ axis: z.string() })),
  }),
  example: '/measures',
});
