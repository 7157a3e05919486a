import { hashOfValue } from '../../../files/content-hash.ts';
import type { OpenedDataset } from './open-dataset.ts';

/** What identifies the documents of a dataset. */
export interface DatasetIdentity {
  /** One hash for all files. */
  readonly sha256: string;
  /** Everything that determines the documents, as JSON. Hashes replace local paths, so a copy is the same. */
  readonly documents: object;
}

/** @param hashes sha256 of each local file */
export function datasetIdentity({ spec, hub }: OpenedDataset, hashes: readonly string[]): DatasetIdentity {
  const { documents, shuffle } = spec;
  if (spec.kind === 'hub') {
    const { kind, id, column } = spec;
    const { config, split } = hub!;
    const content = contentOf(hub!);
    const identity = { kind, id, config, split, column, documents, shuffle, ...content };
    return { sha256: hashOfValue(content), documents: identity };
  }
  if (spec.kind === 'files') {
    const sha256 = hashes.length === 1 ? hashes[0]! : hashOfValue(hashes);
    return { sha256, documents: { kind: spec.kind, column: spec.column, documents, shuffle, files: hashes } };
  }
  return { sha256: hashes[0]!, documents: { ...spec, path: hashes[0] } };
}

/**
 * The hub states a hash for every file, so a commit that leaves the files of the split as they are leaves their activations
 * valid. Where a hash is unknown, as in a cache without links, the commit determines the content.
 */
function contentOf({ commit, files }: NonNullable<OpenedDataset['hub']>): object {
  const isKnown = files.every(({ hash }) => hash !== undefined);
  return {
    files: files.map(({ path, hash }) => ({ path, hash: hash?.value })),
    ...(!isKnown && { commit }),
  };
}
