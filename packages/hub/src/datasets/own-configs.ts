/** The configurations of a dataset by its card and its own files. */
import picomatch from 'picomatch';
import type { HubFile } from '../hub-file.ts';
import type { FoundListing } from '../listing/list-repository.ts';
import { formatOf } from '../sources/file-format.ts';
import type { CardConfig } from './card.ts';
import type { DatasetConfig, DatasetSplit } from './dataset-description.ts';
import { isAboutData, splitsByName } from './split-names.ts';

/** @param card what the card declares; the names of the files decide where that is nothing */
export function ownConfigs(listing: FoundListing, card: readonly CardConfig[]): DatasetConfig[] {
  const unnamed: CardConfig = { name: 'default', isDefault: true, folder: '', splits: undefined };
  // A loading script decides what the files mean, and nothing here runs it.
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
  const isReadable = chosen.some(({ files }) => files.length > 0);
  return {
    name,
    isDefault,
    listing,
    isConverted: false,
    // By a card a split may have no file, which is worth a message; by name it has at least one of another kind.
    splits: isReadable && splits === undefined ? chosen.filter(({ files }) => files.length > 0) : chosen,
    unreadable: isReadable ? [] : [...new Set(all.map(endingOf))].toSorted(),
  };
}

/** Files by pattern, in the order of the patterns; hidden ones only where a pattern names them. */
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

/** Files of two formats are not one dataset: the more frequent one is it, and the first of two as frequent. */
function mostFrequent(kinds: readonly string[]): string | undefined {
  const counted = [...Map.groupBy(kinds, (kind) => kind)];
  return counted.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

/** Whether all splits of a configuration can be read as they are. */
export function isReadable({ splits, unreadable }: DatasetConfig): boolean {
  // An array of all documents cannot be streamed, and .json may be one.
  const mayBeArray = (file: HubFile): boolean => formatOf(file.path)?.kind === 'json';
  return unreadable.length === 0 && splits.length > 0 && !splits.some(({ files }) => files.some(mayBeArray));
}
