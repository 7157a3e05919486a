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
  const { documents } = spec;
  if (spec.kind === 'hub') {
    const { commit, config, split } = hub!;
    // The hub states a hash for every file. In a cache without links it is unknown, and the commit determines the content.
    const files = hub!.files.map(({ path, hash }) => ({ path, hash: hash?.value }));
    const { kind, id, column } = spec;
    const identity = { kind, id, commit, config, split, column, documents, files };
    return { sha256: hashOfValue({ commit, files }), documents: identity };
  }
  if (spec.kind === 'files') {
    const sha256 = hashes.length === 1 ? hashes[0]! : hashOfValue(hashes);
    return { sha256, documents: { kind: spec.kind, column: spec.column, documents, files: hashes } };
  }
  return { sha256: hashes[0]!, documents: { ...spec, path: hashes[0] } };
}
