import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { LARGEST_INTEGER, none, page, run, sae, wholeNumber } from '../parameters.ts';
import { json, next } from '../values.ts';

const summary = z.strictObject({
  latent: z.int().describe('Index of the latent in the SAE.'),
  density: z.number().describe('Fraction of the evaluated tokens on which it fired.'),
  maxActivation: z.number(),
  topToken: z.string().nullable().describe('The token on which it fires most; null if it never fired.'),
  raisedToken: z.string().nullable().describe('The token that its decoder row raises most.'),
  loweredToken: z.string().nullable(),
  probingScore: z
    .number()
    .nullable()
    .describe(
      'AUROC with which it tells the documents of `probingClass` from the others, on test documents; null if it was not measured, or if the latent never fired on the training documents.',
    ),
  probingClass: z.string().nullable(),
});

/** What the latents of a run and those of another SAE have in common. */
const list = {
  query: z.strictObject({
    sort: z
      .enum(['density', 'maxActivation', 'latent', 'probingScore'])
      .default('density')
      .describe('Latents without a probing score come last.'),
    dir: z.enum(['asc', 'desc']).default('desc').describe('The direction of `sort`.'),
    ...page,
  }),
  answer: {
    evaluation: z.strictObject({
      id: z.int(),
      version: z.int(),
      tokens: z.int().describe('Evaluated tokens.'),
      documents: z.int(),
    }),
    latents: z.array(summary),
    next,
  },
};

export const listLatents = defineEndpoint({
  id: 'listLatents',
  path: '/runs/{run}/latents',
  summary: 'The described latents of a run, a page at a time.',
  description: 'The run needs the evaluation `features`.',
  parameters: z.strictObject({ run }),
  query: list.query,
  answer: z.strictObject({ run: z.int(), ...list.answer }),
  example: '/runs/1/latents?limit=3',
});

export const listSaeLatents = defineEndpoint({
  id: 'listSaeLatents',
  path: '/saes/{sae}/latents',
  summary: 'The described latents of an SAE that no run trained, a page at a time.',
  description: 'The SAE needs the evaluation `features`.',
  parameters: z.strictObject({ sae }),
  query: list.query,
  answer: z.strictObject({ sae: z.int(), ...list.answer }),
  example: '/saes/1/latents?limit=3',
});

const example = z.strictObject({
  document: z.int().describe('Index of the document in the dataset.'),
  piece: z.int().describe('Index of the piece in the document.'),
  start: z.int().describe('Position of the first token in its piece.'),
  tokens: z.array(z.string()),
  activations: z.array(z.number().nullable()).describe('Null where the extraction selected none.'),
  at: z.int().describe('Index in `tokens` of the token that the example is about.'),
});
const tokenWeight = z.strictObject({ token: z.string(), tokenId: z.int(), weight: z.number() });

const latentIndex = wholeNumber(0, LARGEST_INTEGER).describe('Index of the latent in the SAE.');
const latentDetails = {
  ...summary.shape,
  probes: z
    .array(
      z.strictObject({
        class: z.string(),
        score: z.number(),
        trainingScore: z.number().describe('AUROC on the documents that chose the class.'),
        pValue: z.number().describe('Of the score, for the best of all latents.'),
        documents: z.int().describe('Test documents.'),
        settings: json.describe('Of the evaluation `probing`.'),
      }),
    )
    .describe(
      'By evaluation; the first one is that of `probingScore`, unless it has no score of this latent.',
    ),
  histogram: z.strictObject({ edges: z.array(z.number()), counts: z.array(z.int()) }),
  quantiles: z.array(z.strictObject({ p: z.number(), value: z.number() })),
  top: z.array(example).describe('Strongest first, each from another document.'),
  bands: z.array(z.strictObject({ from: z.number(), to: z.number(), examples: z.array(example) })),
  silent: z
    .array(example.omit({ activations: true, at: true }))
    .describe('Texts in which it is silent on every evaluated token; empty before version 2 of `features`.'),
  raised: z.array(tokenWeight),
  lowered: z.array(tokenWeight),
  nearest: z.array(z.strictObject({ latent: z.int(), cosine: z.number() })),
  matches: z.array(z.strictObject({ sae: z.string(), latent: z.int(), cosine: z.number() })),
};

export const getLatent = defineEndpoint({
  id: 'getLatent',
  path: '/runs/{run}/latents/{latent}',
  summary: 'One latent with its examples, histogram, raised and lowered tokens, and similar latents.',
  description: 'docs/evaluation.md describes each field.',
  parameters: z.strictObject({ run, latent: latentIndex }),
  query: none,
  answer: z.strictObject({ run: z.int(), ...latentDetails }),
  example: '/runs/1/latents/0',
});

export const getSaeLatent = defineEndpoint({
  id: 'getSaeLatent',
  path: '/saes/{sae}/latents/{latent}',
  summary: 'One latent of an SAE that no run trained, as for a run.',
  description: 'docs/evaluation.md describes each field.',
  parameters: z.strictObject({ sae, latent: latentIndex }),
  query: none,
  answer: z.strictObject({ sae: z.int(), ...latentDetails }),
  example: '/saes/1/latents/0',
});
