/** The configurations that a dataset's card (README.md) declares in its YAML header. */
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { parse } from 'yaml';

export interface CardConfig {
  readonly name: string;
  readonly isDefault: boolean;
  /** Folder that the patterns are relative to; empty for the root of the repository. */
  readonly folder: string;
  /** Glob patterns of each split; undefined if the card names none and file names decide. */
  readonly splits: readonly CardSplit[] | undefined;
}

interface CardSplit {
  readonly name: string;
  readonly patterns: readonly string[];
}

/**
 * @param where name of the dataset in error messages
 * @throws {SaeLabError} hub.bad-card
 */
export function configsOfCard(card: string, where: string): CardConfig[] {
  const header = headerOf(card);
  if (header === undefined) return [];
  let data: unknown;
  try {
    data = parse(header, { logLevel: 'error' });
  } catch (cause) {
    throw badCard(
      where,
      'its header is not YAML',
      'YAML between two lines of ---',
      (cause as Error).message,
      cause,
    );
  }
  const configs = isRecord(data) ? data.configs : undefined;
  if (configs === undefined || configs === null) return [];
  if (!Array.isArray(configs))
    throw badCard(where, 'configs is not a list', 'a list', describeValue(configs));
  return configs.map((config: unknown) => configOf(config, configs.length, where));
}

function headerOf(card: string): string | undefined {
  const lines = card.replace(/^\uFEFF/, '').split(/\r?\n/);
  const end = lines.indexOf('---', 1);
  return lines[0] === '---' && end > 0 ? lines.slice(1, end).join('\n') : undefined;
}

function configOf(config: unknown, count: number, where: string): CardConfig {
  if (!isRecord(config) || typeof config.config_name !== 'string') {
    throw badCard(where, 'a config has no config_name', 'a name', describeValue(config));
  }
  const { config_name: name, data_dir: folder, data_files: files } = config;
  return {
    name,
    isDefault: count === 1 || name === 'default' || config.default === true,
    folder: typeof folder === 'string' ? folder.replace(/^\.?\/+|\/+$/g, '') : '',
    splits: files === undefined || files === null ? undefined : splitsOf(files, name, where),
  };
}

/** Accepts one or more patterns, all for the split `train`, or a list of `{ split, path }`. */
function splitsOf(files: unknown, config: string, where: string): CardSplit[] {
  const list = Array.isArray(files) ? files : [files];
  if (list.every((entry) => typeof entry === 'string')) return [{ name: 'train', patterns: list }];
  return list.map((entry: unknown) => {
    const { split, path } = isRecord(entry) ? entry : {};
    const patterns = Array.isArray(path) ? path : [path];
    if (typeof split === 'string' && patterns.every((pattern) => typeof pattern === 'string')) {
      return { name: split, patterns };
    }
    throw badCard(
      where,
      `data_files of config ${config} is not valid`,
      'a pattern, or split and path',
      describeValue(entry),
    );
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badCard(
  where: string,
  problem: string,
  expected: string,
  received: string,
  cause?: unknown,
): SaeLabError {
  return new SaeLabError('hub.bad-card', {
    problem: `the dataset's card cannot be read: ${problem}`,
    field: `${where}, README.md`,
    expected,
    received,
    fix: 'Report it to the owner of the dataset, or download the files and use their local paths.',
    cause,
  });
}
