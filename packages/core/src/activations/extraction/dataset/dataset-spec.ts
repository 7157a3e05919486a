import { z } from 'zod';

const path = z.string().min(1).describe('A local file; unpacked on the way if its name ends in .gz.');
const documents = z.int().positive().optional().describe('Read at most this many documents.');

export const datasetSpecSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('jsonl'),
        path,
        textField: z.string().min(1).default('text').describe('The field of each line that holds the text.'),
        documents,
      })
      .describe('A JSON object a line; a line is a document.'),
    z
      .strictObject({ kind: z.literal('text'), path, documents })
      .describe('Plain text; paragraphs, separated by blank lines, are the documents.'),
  ])
  .describe('The documents that activations are taken on, in file order.');

export type DatasetSpec = z.infer<typeof datasetSpecSchema>;
/** The same before the defaults. */
export type DatasetSpecInput = z.input<typeof datasetSpecSchema>;
