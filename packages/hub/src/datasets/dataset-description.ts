import type { HubFile } from '../hub-file.ts';
import type { FoundListing } from '../listing/list-repository.ts';

/** What a dataset offers, as its card and its files say. */
export interface DatasetDescription {
  readonly id: string;
  readonly configs: readonly DatasetConfig[];
}

/** A variant of a dataset, e.g. a language. */
export interface DatasetConfig {
  readonly name: string;
  /** Taken where none is named. */
  readonly isDefault: boolean;
  /** Where the files are: the dataset's own revision, or the hub's conversion to parquet. */
  readonly listing: FoundListing;
  readonly isConverted: boolean;
  readonly splits: readonly DatasetSplit[];
  /** Endings of data files that cannot be read, when there are no others. */
  readonly unreadable: readonly string[];
}

export interface DatasetSplit {
  readonly name: string;
  /** In the order in which the documents are read; none when the card names files that do not exist. */
  readonly files: readonly HubFile[];
  /** The hub has converted the beginning only. */
  readonly isPartial: boolean;
}
