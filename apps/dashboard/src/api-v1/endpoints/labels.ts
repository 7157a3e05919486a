import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { none, page, storable } from '../parameters.ts';
import { next } from '../values.ts';

const kind = z.enum(['label', 'note', 'explanation']);

export const listLabels = defineEndpoint({
  id: 'listLabels',
  path: '/labels',
  summary: 'Labels and notes about latents of all SAEs, the newest first, a page at a time.',
  description: 'People write labels and notes. Language models write explanations, with `pnpm explain`.',
  parameters: none,
  query: z.strictObject({
    q: storable()
      .optional()
      .describe('Words that must all occur in the text, in any order and case. Absent: everything.'),
    kind: kind.optional().describe('Absent: all kinds.'),
    ...page,
  }),
  answer: z.strictObject({
    labels: z.array(
      z.strictObject({
        kind,
        text: z.string(),
        author: z
          .string()
          .describe('The name that a person gave, possibly empty; the name of the language model.'),
        writtenAt: z.string(),
        score: z.number().nullable().describe('Balanced accuracy of an explanation on held-out examples.'),
        latent: z.int().describe('Index of the latent in the SAE.'),
        run: z.int().nullable().describe('The run that trained the SAE. Null if no run did.'),
        hash: z.string().nullable().describe('Of the run.'),
        variant: z.string().nullable(),
        hook: z.string(),
        width: z.int(),
        seed: z.int().nullable(),
        sae: z
          .strictObject({ id: z.int(), name: z.string() })
          .nullable()
          .describe('The SAE if no run trained it.'),
        sweeps: z
          .array(z.strictObject({ id: z.int(), name: z.string() }))
          .describe('Those that have the run, or that compare their runs with the SAE, the latest first.'),
      }),
    ),
    next,
  }),
  example: '/labels?q=date&limit=3',
});
