import { describeValue, SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';

/** The name of a set's manifest, which is written after all its files. */
export const MANIFEST = 'set.json';

const NAME = /^(?!\.{1,2}(\/|$))[^/\0]+(\/(?!\.{1,2}(\/|$))[^/\0]+)*$/;

const storedFileSchema = z.strictObject({
  /** Relative to the set, with `/`. Never outside of the set. */
  name: z.string().regex(NAME),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const fileSetSchema = z.strictObject({
  format: z.literal(1),
  files: z.array(storedFileSchema),
  /** What the set's writer says of it. */
  note: z.record(z.string(), z.json()),
});

export type StoredFile = z.infer<typeof storedFileSchema>;
export type Note = Readonly<Record<string, z.infer<ReturnType<typeof z.json>>>>;

/** Files that were stored together. Their set is complete as soon as its manifest exists. */
export interface FileSet {
  /** The name of the set in the store, e.g. `activations/4f…/a81c`. */
  readonly name: string;
  readonly files: readonly StoredFile[];
  readonly note: Note;
}

export function manifestText({ files, note }: Omit<FileSet, 'name'>): string {
  return `${JSON.stringify({ format: 1, files, note }, null, 2)}\n`;
}

/** @throws {SaeLabError} `store.corrupted` */
export function parseManifest(name: string, text: string, location: string): FileSet {
  try {
    const { files, note } = fileSetSchema.parse(JSON.parse(text));
    return { name, files, note };
  } catch (cause) {
    throw new SaeLabError('store.corrupted', {
      problem: 'is not the manifest of a set of files',
      field: `${location}/${name}/${MANIFEST}`,
      received: describeValue(text.slice(0, 80)),
      fix: 'Remove it: the next sweep stores the files again.',
      cause,
    });
  }
}
