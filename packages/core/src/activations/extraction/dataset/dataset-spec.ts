import { z } from 'zod';

const path = z.string().min(1).describe('Path of a local file. Decompressed if its name ends in .gz.');
const documents = z.int().positive().optional().describe('Maximum number of documents to read.');

export const datasetSpecSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('jsonl'),
        path,
        textField: z
          .string()
          .min(1)
          .default('text')
          .describe('The field of each line that contains the text.'),
        documents,
      })
      .describe('JSON lines: each line is a document.'),
    z
      .strictObject({ kind: z.literal('text'), path, documents })
      .describe('Plain text: each paragraph, separated by blank lines, is a document.'),
  ])
  .describe('The documents to extract activations on, in file order.');

export type DatasetSpec = z.infer<typeof datasetSpecSchema>;
/** The same before the defaults. */
export type DatasetSpecInput = z.input<typeof datasetSpecSchema>;
