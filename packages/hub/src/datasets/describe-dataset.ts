import { SaeLabError } from '@sae-lab/errors';
import { downloadFiles } from '../download/download-snapshot.ts';
import { nameOf } from '../http/response-error.ts';
import { listRepository, type FoundListing, type HubOptions } from '../listing/list-repository.ts';
import { MAIN } from '../hub-file.ts';
import { hubSettings } from '../settings.ts';
import { readRange } from '../sources/byte-source.ts';
import { localSource } from '../sources/local-source.ts';
import { remoteSource } from '../sources/remote-source.ts';
import { configsOfCard } from './card.ts';
import { convertedConfigs } from './converted-configs.ts';
import type { DatasetDescription } from './dataset-description.ts';
import { isReadable, ownConfigs } from './own-configs.ts';

const CARD = 'README.md';

/**
 * Lists the configs and splits of a dataset with their files. The dataset card decides; without one, file names do. If
 * the files are not parquet, JSON lines or text, the hub's conversion to parquet is used instead.
 *
 * @example
 * const { configs } = await describeDataset('NeelNanda/pile-10k');
 * const { split } = chooseSplit({ id: 'NeelNanda/pile-10k', configs });
 *
 * @throws {SaeLabError} those of {@link listRepository}, hub.bad-card
 */
export async function describeDataset(id: string, options: HubOptions = {}): Promise<DatasetDescription> {
  const listing = await listRepository('dataset', id, options);
  const own = ownConfigs(listing, configsOfCard(await cardOf(listing, options), nameOf(listing.repository)));
  // The hub converts the main branch only.
  const isMain = (options.revision ?? MAIN) === MAIN;
  if (!isMain || (own.length > 0 && own.every(isReadable))) return { id, configs: own };
  const converted = await convertedConfigs(id, options);
  if (own.length === 0) return { id, configs: converted };
  const configs = own.map((config) => {
    const instead = converted.find(({ name }) => name === config.name);
    return isReadable(config) || instead === undefined ? config : { ...instead, isDefault: config.isDefault };
  });
  return { id, configs };
}

async function cardOf(listing: FoundListing, options: HubOptions): Promise<string> {
  const card = listing.files.find(({ path }) => path === CARD);
  if (card === undefined) return '';
  const { settings = hubSettings(), signal } = options;
  try {
    const { files } = await downloadFiles(listing, [card], { settings, signal });
    return await textOf(await localSource(files[0]!.localPath));
  } catch (error) {
    // A dataset can be read from the hub without a cache.
    const isCacheAtFault =
      error instanceof SaeLabError && /^hub\.(cache-not-writable|disk-full)$/.test(error.code);
    if (!isCacheAtFault) throw error;
    return textOf(remoteSource(settings, listing, card), signal);
  }
}

async function textOf(source: Parameters<typeof readRange>[0], signal?: AbortSignal): Promise<string> {
  return new TextDecoder().decode(await readRange(source, 0, source.size, signal));
}
