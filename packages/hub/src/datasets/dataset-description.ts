import type { HubFile } from '../hub-file.ts';
import type { FoundListing } from '../listing/list-repository.ts';

/** The configs and splits of a dataset. */
export interface DatasetDescription {
  readonly id: string;
  readonly configs: readonly DatasetConfig[];
}

/** A named variant of a dataset, e.g. one language. */
export interface DatasetConfig {
  readonly name: string;
  /** Whether it is used when none is named. */
  readonly isDefault: boolean;
  /** The listing with the files: the dataset's revision, or the hub's conversion to parquet. */
  readonly listing: FoundListing;
  readonly isConverted: boolean;
  readonly splits: readonly DatasetSplit[];
  /** File extensions of the config if none of its files is in a supported format. */
  readonly unreadable: readonly string[];
}

export interface DatasetSplit {
  readonly name: string;
  /** In reading order. Empty if the patterns in the card match nothing. */
  readonly files: readonly HubFile[];
  /** Whether the hub has converted only the beginning of the split. */
  readonly isPartial: boolean;
}
