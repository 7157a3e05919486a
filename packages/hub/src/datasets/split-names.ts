/** Infers splits from file and folder names, with the conventions of the Python library `datasets`. */

const SHARDED = /^data\/([^/]+)-\d{5}-of-\d{5}[^/]*\.[^/]*$/;
const SPLIT_NAME = /^\w+(\.\w+)*$/;
const KEYWORDS: readonly (readonly [split: string, words: readonly string[]])[] = [
  ['train', ['train', 'training']],
  ['validation', ['validation', 'valid', 'dev', 'val']],
  ['test', ['test', 'testing', 'eval', 'evaluation']],
];
const SEPARATOR = '[-._ 0-9]';
const IGNORED = new Set([
  'README.md',
  'config.json',
  'dataset_info.json',
  'dataset_infos.json',
  'dummy_data.zip',
  'dataset_dict.json',
]);

/**
 * Groups files by split. The first rule that matches any file applies to all of them: `data/SPLIT-00000-of-00001…`,
 * then folders named after a split, then files named after one. If no rule matches, all files are `train`.
 *
 * @param paths relative to the folder of the config
 */
export function splitsByName(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const data = paths.filter(isDataFile);
  const rules = [sharded, byFolder, byFile];
  const found = rules.map((rule) => rule(data)).find(({ size }) => size > 0);
  return found ?? new Map(data.length === 0 ? [] : [['train', data]]);
}

/** Excludes hidden files and files that describe the dataset. */
function isDataFile(path: string): boolean {
  const parts = path.split('/');
  return (
    !parts.some((part) => part.startsWith('.')) &&
    !parts.slice(0, -1).some((part) => part.startsWith('__')) &&
    !isAboutData(path)
  );
}

/** Whether a file describes the dataset rather than holding data. */
export function isAboutData(path: string): boolean {
  return IGNORED.has(path.slice(path.lastIndexOf('/') + 1));
}

function sharded(paths: readonly string[]): Map<string, string[]> {
  const splits = Map.groupBy(paths, (path) => SHARDED.exec(path)?.[1] ?? '');
  splits.delete('');
  const known = KEYWORDS.map(([split]) => split);
  const names = [...splits.keys()].filter((name) => SPLIT_NAME.test(name)).toSorted();
  const ordered = [
    ...known.filter((name) => splits.has(name)),
    ...names.filter((name) => !known.includes(name)),
  ];
  return new Map(ordered.map((name) => [name, splits.get(name)!]));
}

function byFolder(paths: readonly string[]): Map<string, string[]> {
  return byKeyword(paths, `(?:[^/]*${SEPARATOR})?(?:WORDS)(?:${SEPARATOR}[^/]*)?/`);
}

function byFile(paths: readonly string[]): Map<string, string[]> {
  return byKeyword(paths, `(?:[^/]*${SEPARATOR})?(?:WORDS)${SEPARATOR}[^/]*$`);
}

function byKeyword(paths: readonly string[], pattern: string): Map<string, string[]> {
  const all = KEYWORDS.map(([split, words]): [string, string[]] => {
    const matches = new RegExp(`(?:^|/)${pattern.replace('WORDS', words.join('|'))}`);
    return [split, paths.filter((path) => matches.test(path))];
  });
  return new Map(all.filter(([, files]) => files.length > 0));
}
