/** The hub's own conversion of a dataset to parquet. */
import { SaeLabError } from '@sae-lab/errors';
import { listRepository, type FoundListing, type HubOptions } from '../listing/list-repository.ts';
import type { DatasetConfig, DatasetSplit } from './dataset-description.ts';

/** The branch that holds `CONFIG/SPLIT/0000.parquet`. */
const CONVERTED = 'refs/convert/parquet';
/** Prefix of a split of which the hub has converted only the beginning. */
const PARTIAL = 'partial-';

/** Lists the converted configs; empty if the hub has not converted the dataset. */
export async function convertedConfigs(id: string, options: HubOptions): Promise<DatasetConfig[]> {
  let listing: FoundListing;
  try {
    listing = await listRepository('dataset', id, { ...options, revision: CONVERTED });
  } catch (error) {
    const isMissing = error instanceof SaeLabError && /^hub\.(unknown-revision|not-cached)$/.test(error.code);
    if (isMissing) return [];
    throw error;
  }
  const files = listing.files.filter(({ path }) => /^[^/]+\/[^/]+\/[^/]+\.parquet$/.test(path));
  const byConfig = Map.groupBy(files, ({ path }) => path.split('/')[0]!);
  return [...byConfig].map(([name, ofConfig]) => ({
    name,
    isDefault: byConfig.size === 1 || name === 'default',
    listing,
    isConverted: true,
    splits: [...Map.groupBy(ofConfig, ({ path }) => path.split('/')[1]!)].map(
      ([folder, ofSplit]): DatasetSplit => ({
        name: folder.startsWith(PARTIAL) ? folder.slice(PARTIAL.length) : folder,
        files: ofSplit,
        isPartial: folder.startsWith(PARTIAL),
      }),
    ),
    unreadable: [],
  }));
}
