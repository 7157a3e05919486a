import { z } from 'zod';

/** Raised when the same files and settings give different rows; part of the activations' identity. */
export const IMPORT_VERSION = 1;

const text = z.string().min(1);

export const importedSpecSchema = z
  .strictObject({
    kind: z.literal('activations'),
    files: text.describe(
      'A file, a folder or a glob of `.npy` or `.safetensors` files, e.g. `./acts/*.npy`. Each holds rows × dimensions in ' +
        'float32, float16 or, in safetensors, bfloat16. Several files are concatenated in the order of their paths.',
    ),
    tensor: text
      .optional()
      .describe(
        'The tensor of safetensors files that holds the rows; by default the only one with two axes.',
      ),
    documentIds: text
      .optional()
      .describe(
        'An integer per row; rows with the same one are held out together. The name of a tensor in the safetensors ' +
          'files, or the path or glob of `.npy` files.',
      ),
    rowsPerDocument: z
      .int32()
      .positive()
      .optional()
      .describe(
        'Number of consecutive rows that are held out together, if there are no `documentIds`; by default 1. Set it to the ' +
          'number of rows of an image, a protein or a clip if all have the same number.',
      ),
    name: text
      .optional()
      .describe(
        "Name in the tables' hook column; by default the tensor's name, or `activations` for `.npy` files.",
      ),
    maxRows: z.int32().positive().optional().describe('Maximum number of rows to read.'),
    shardRows: z
      .int()
      .positive()
      .optional()
      .describe('Activations per file of the copy; by default as many as fit in 32 MiB.'),
  })
  .superRefine(({ documentIds, rowsPerDocument }, context) => {
    if (documentIds === undefined || rowsPerDocument === undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['rowsPerDocument'],
      input: rowsPerDocument,
      message: 'cannot be combined with documentIds',
      params: { expected: 'one of them', fix: 'Remove it: documentIds say which rows belong together.' },
    });
  })
  .describe(
    'Activations that another program computed, of a model of any kind. They are copied into the data folder. The content ' +
      "of the files and every other field are part of the activations' identity.",
  );

export type ImportedSpec = z.infer<typeof importedSpecSchema>;
/** The same before the defaults. */
export type ImportedSpecInput = z.input<typeof importedSpecSchema>;
