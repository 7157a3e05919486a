import { z } from 'zod';

const count = z.int().nonnegative();

const filePositionSchema = z.strictObject({
  /** Number of lines or rows before it. */
  records: count,
  /** Byte offset, for uncompressed text files: reading resumes there. */
  byte: count.optional(),
});

export const corpusPositionSchema = z.strictObject({
  file: count,
  inFile: filePositionSchema,
  /** Number of documents before it. */
  index: count,
  /** The text column, once it is known. */
  column: z.string().optional(),
  /**
   * If documents are shuffled: number of documents that were taken from the buffer. The rest of the position is then that of
   * the first document of the buffer.
   */
  taken: count.optional(),
});

/** A position between two documents of a file. */
export type FilePosition = z.infer<typeof filePositionSchema>;
/** A position between two documents, as plain JSON. Resuming from it yields the same documents as reading on. */
export type CorpusPosition = z.infer<typeof corpusPositionSchema>;

/** Number of documents that were read before a position. */
export function documentsBefore({ index, taken = 0 }: CorpusPosition): number {
  return index + taken;
}
