import { SaeLabError } from '@sae-lab/errors';
import picomatch from 'picomatch';
import { shortList } from './format-bytes.ts';
import type { HubFile, RepositoryListing } from './hub-file.ts';
import { nameOf } from './http/response-error.ts';

/**
 * Selects files of a repository, by glob patterns or by a function of the listing. `*` does not match `/`; `**` does.
 *
 * @example
 * ['config.json', 'tokenizer*.json', '*.safetensors']
 */
export type FileChoice = readonly string[] | ((listing: RepositoryListing) => readonly HubFile[]);

/** @throws {SaeLabError} hub.no-matching-files, and whatever the function throws */
export function chooseFiles(listing: RepositoryListing, choice: FileChoice): readonly HubFile[] {
  const chosen = typeof choice === 'function' ? choice(listing) : filesMatching(listing.files, choice);
  if (chosen.length > 0) return chosen;
  const there = listing.files.map(({ path }) => path);
  throw new SaeLabError('hub.no-matching-files', {
    problem: 'no file of the repository matches',
    field: nameOf(listing.repository),
    expected: typeof choice === 'function' ? 'at least one file' : shortList(choice),
    received: there.length === 0 ? 'an empty repository' : shortList(there),
    fix: 'Choose another repository or revision.',
  });
}

/** The files that match at least one pattern, in the order of the listing. */
export function filesMatching(files: readonly HubFile[], patterns: readonly string[]): readonly HubFile[] {
  const matches = picomatch([...patterns], { dot: true, nonegate: true });
  return files.filter(({ path }) => matches(path));
}
