import { nearest, SaeLabError } from '@sae-lab/errors';
import { shortList } from '../format-bytes.ts';
import type { DatasetConfig, DatasetDescription, DatasetSplit } from './dataset-description.ts';

/** Selects a part of a dataset. */
export interface SplitChoice {
  /** @default the dataset's default config, or its only one */
  readonly config?: string | undefined;
  /** @default `train`, or the only split */
  readonly split?: string | undefined;
}

/**
 * Picks a split of a dataset.
 *
 * @throws {SaeLabError} hub.unknown-config, hub.unknown-split, hub.empty-split, hub.no-data-files
 */
export function chooseSplit(
  { id, configs }: DatasetDescription,
  choice: SplitChoice = {},
): { config: DatasetConfig; split: DatasetSplit } {
  if (configs.length === 0) throw noDataFiles(id, []);
  const config = configOf(id, configs, choice.config);
  if (config.unreadable.length > 0 || config.splits.length === 0) throw noDataFiles(id, config.unreadable);
  const split = splitOf(id, config, choice.split);
  if (split.files.length > 0) return { config, split };
  throw new SaeLabError('hub.empty-split', {
    problem: `split ${split.name} of config ${config.name} has no file`,
    field: `dataset ${id}`,
    expected: 'files that match the patterns in the dataset card',
    fix: `Choose another split: ${others(config.splits, split)}.`,
  });
}

function configOf(id: string, configs: readonly DatasetConfig[], wanted: string | undefined): DatasetConfig {
  const found =
    wanted === undefined
      ? configs.find(({ isDefault }) => isDefault)
      : configs.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = configs.map(({ name }) => name);
  throw new SaeLabError('hub.unknown-config', {
    problem:
      wanted === undefined
        ? 'the dataset has several configs and no default'
        : 'the dataset has no such config',
    field: `dataset ${id}`,
    expected: `one of ${shortList(wanted === undefined ? names : nearest(wanted, names, names.length))}`,
    received: wanted ?? 'none',
    fix: 'Set config to one of them.',
  });
}

function splitOf(id: string, { name, splits }: DatasetConfig, wanted: string | undefined): DatasetSplit {
  const found =
    splits.find((split) => split.name === (wanted ?? 'train')) ??
    (wanted === undefined && splits.length === 1 ? splits[0] : undefined);
  if (found !== undefined) return found;
  const names = splits.map((split) => split.name);
  throw new SaeLabError('hub.unknown-split', {
    problem: `config ${name} of the dataset has no ${wanted === undefined ? 'split train' : 'such split'}`,
    field: `dataset ${id}`,
    expected: `one of ${shortList(nearest(wanted ?? 'train', names, names.length))}`,
    received: wanted ?? 'none',
    fix: 'Set split to one of them.',
  });
}

function others(splits: readonly DatasetSplit[], empty: DatasetSplit): string {
  const names = splits.filter((split) => split !== empty && split.files.length > 0).map(({ name }) => name);
  return names.length === 0 ? 'no other split of this config has files' : shortList(names);
}

function noDataFiles(id: string, endings: readonly string[]): SaeLabError {
  return new SaeLabError('hub.no-data-files', {
    problem: 'the dataset has no files in a supported format, and no conversion to parquet',
    field: `dataset ${id}`,
    expected: 'parquet, JSON lines or text, optionally compressed as .gz or .zst',
    received: endings.length === 0 ? 'no data files' : shortList(endings),
    fix: 'Choose another dataset, or convert the files and use their local paths.',
  });
}
