/** Finds the configs of a dataset from its card and its files. */
import picomatch from 'picomatch';
import type { HubFile } from '../hub-file.ts';
import type { FoundListing } from '../listing/list-repository.ts';
import { formatOf } from '../sources/file-format.ts';
import type { CardConfig } from './card.ts';
import type { DatasetConfig, DatasetSplit } from './dataset-description.ts';
import { isAboutData, splitsByName } from './split-names.ts';

/** @param card the configs declared by the card; if there are none, file names decide */
export function ownConfigs(listing: FoundListing, card: readonly CardConfig[]): DatasetConfig[] {
  const unnamed: CardConfig = { name: 'default', isDefault: true, folder: '', splits: undefined };
  // Only a dataset's loading script can interpret its files, and scripts are never run.
  if (card.length === 0 && hasScript(listing)) return [];
  return (card.length === 0 ? [unnamed] : card).map((config) => ownConfig(listing, config));
}

function hasScript({ repository: { id }, files }: FoundListing): boolean {
  return files.some(({ path }) => path === `${id.slice(id.indexOf('/') + 1)}.py`);
}

function ownConfig(listing: FoundListing, { name, isDefault, folder, splits }: CardConfig): DatasetConfig {
  const prefix = folder === '' ? '' : `${folder}/`;
  const inFolder = new Map(
    listing.files
      .filter(({ path }) => path.startsWith(prefix))
      .map((file) => [file.path.slice(prefix.length), file]),
  );
  const paths = [...inFolder.keys()];
  const bySplit =
    splits === undefined
      ? splitsByName(paths)
      : new Map(splits.map((split) => [split.name, matching(paths, split.patterns)]));
  const all = [...bySplit.values()].flat();
  const kind = mostFrequent(all.map(kindOf));
  const chosen = [...bySplit].map(([split, files]): DatasetSplit => {
    const readable = files.filter((path) => formatOf(path) !== undefined && kindOf(path) === kind);
    return { name: split, files: readable.map((path) => inFolder.get(path)!), isPartial: false };
  });
  const hasFiles = chosen.some(({ files }) => files.length > 0);
  return {
    name,
    isDefault,
    listing,
    isConverted: false,
    // An empty split of a card is kept for its error message; a split found by name has files of another format.
    splits: hasFiles && splits === undefined ? chosen.filter(({ files }) => files.length > 0) : chosen,
    unreadable: hasFiles ? [] : [...new Set(all.map(endingOf))].toSorted(),
  };
}

/** Matching files in the order of the patterns. Hidden files match only patterns that name the hidden part. */
function matching(paths: readonly string[], patterns: readonly string[]): string[] {
  const found = patterns.flatMap((pattern) => {
    const clean = pattern.replace(/^\.?\/+/, '');
    const matches = picomatch(clean, { dot: true, nonegate: true, noextglob: true });
    return paths.filter(
      (path) =>
        matches(path) && hiddenParts(path) === hiddenParts(clean) && (path === clean || !isAboutData(path)),
    );
  });
  return [...new Set(found)];
}

function hiddenParts(path: string): number {
  const parts = path.split('/');
  return parts.filter((part, i) => part.startsWith('.') || (i < parts.length - 1 && part.startsWith('__')))
    .length;
}

function kindOf(path: string): string {
  return formatOf(path)?.kind ?? endingOf(path);
}

function endingOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.includes('.') ? name.slice(name.indexOf('.')) : name;
}

/** A config has one format: the most frequent one, or the first of several equally frequent ones. */
function mostFrequent(kinds: readonly string[]): string | undefined {
  const counted = [...Map.groupBy(kinds, (kind) => kind)];
  return counted.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

/** Whether all splits of a config can be read without conversion. */
export function isReadable({ splits, unreadable }: DatasetConfig): boolean {
  // A .json file may be a single array, which cannot be streamed.
  const mayBeArray = (file: HubFile): boolean => formatOf(file.path)?.kind === 'json';
  return unreadable.length === 0 && splits.length > 0 && !splits.some(({ files }) => files.some(mayBeArray));
}
