import { z } from 'zod';

const path = z
  .string()
  .min(1)
  .describe('Path of a local file. Decompressed if its name ends in .gz or .zst.');
const documents = z
  .int()
  .positive()
  .optional()
  .describe('Maximum number of documents to read. With `shuffle`, these are the first in shuffled order.');
const shuffle = z
  .strictObject({
    seed: z.int().nonnegative().default(0).describe('Selects the order.'),
    buffer: z
      .int()
      .positive()
      .default(1000)
      .describe('Number of documents that are held in memory and shuffled together.'),
  })
  .optional()
  .describe(
    'Reads the documents in a random order: fills a buffer, takes its documents in random order, and fills it again.',
  );
const column = z
  .string()
  .min(1)
  .optional()
  .describe(
    'The parquet column or the field of each JSON line that contains the text. By default `text`, or the only one that ' +
      'holds text.',
  );
const optionalText = z.string().min(1).optional();

export const datasetSpecSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('hub'),
        id: z.string().min(1).describe('Name on the hub, e.g. `NeelNanda/pile-10k`.'),
        revision: optionalText.describe('A branch, a tag or a commit; by default `main`.'),
        config: optionalText.describe(
          'The config, e.g. a language; by default the one that the dataset declares.',
        ),
        split: optionalText.describe('The split; by default `train`, or the only one.'),
        column,
        documents,
        shuffle,
      })
      .describe('A dataset on the Hugging Face hub. It is read as a stream and not stored.'),
    z
      .strictObject({
        kind: z.literal('files'),
        path: z.string().min(1).describe('A file, a folder or a glob, e.g. `./corpus/*.jsonl.zst`.'),
        column,
        documents,
        shuffle,
      })
      .describe(
        'Local files: parquet, JSON lines or text, the last two optionally compressed as .gz or .zst. Extensions tell the ' +
          'format, and files are read in the order of their paths.',
      ),
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
        shuffle,
      })
      .describe('JSON lines: each line is a document.'),
    z
      .strictObject({ kind: z.literal('text'), path, documents, shuffle })
      .describe('Plain text: each paragraph, separated by blank lines, is a document.'),
  ])
  .describe('The documents to extract activations on, in the order of the files unless `shuffle` is set.');

export type DatasetSpec = z.infer<typeof datasetSpecSchema>;
/** The same before the defaults. */
export type DatasetSpecInput = z.input<typeof datasetSpecSchema>;
