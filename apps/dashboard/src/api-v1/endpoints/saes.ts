import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, none, run, sae as saeId } from '../parameters.ts';
import { instant, json } from '../values.ts';
import { evaluation, file } from './runs.ts';

export const getRunSae = defineEndpoint({
  id: 'getRunSae',
  path: '/runs/{run}/sae',
  summary: "The SAE of a finished run, in SAELens's format, with the addresses of its files.",
  description: 'Download the files into one folder. SAELens loads it with `SAE.load_from_disk(folder)`.',
  parameters: z.strictObject({ run }),
  query: none,
  answer: z.strictObject({
    run: z.int(),
    hash: z.string(),
    variant: z.string(),
    hook: z.string(),
    model: z.string().nullable(),
    width: z.int().describe('Number of latents.'),
    lossConvention: z.string(),
    files: z.array(file),
  }),
  example: '/runs/1/sae',
});

const sae = z.strictObject({
  id: z.int(),
  hash: z.string().describe('Hash of the weights, the architecture and the hook.'),
  kind: z
    .enum(['baseline', 'foreign'])
    .describe('`baseline`: made from the activations. `foreign`: trained elsewhere.'),
  name: z.string(),
  source: z.string(),
  architecture: z.string(),
  hook: z.string(),
  dIn: z.int(),
  width: z.int().describe('Number of latents.'),
  config: json,
  createdAt: instant,
});

export const listSaes = defineEndpoint({
  id: 'listSaes',
  path: '/saes',
  summary: 'SAEs that no run trained: baselines, and SAEs that were trained elsewhere.',
  parameters: none,
  query: z.strictObject({
    sweep: id.optional().describe('Only those that this sweep compares its runs with.'),
  }),
  answer: z.strictObject({ saes: z.array(sae) }),
  example: '/saes',
});

export const getSae = defineEndpoint({
  id: 'getSae',
  path: '/saes/{sae}',
  summary: 'One SAE that no run trained, with its evaluations.',
  parameters: z.strictObject({ sae: saeId }),
  query: none,
  answer: z.strictObject({ ...sae.shape, evaluations: z.array(evaluation) }),
  example: '/saes/1',
});
