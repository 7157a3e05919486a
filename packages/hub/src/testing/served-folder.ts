import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { ServedRepository } from './repositories.ts';

/**
 * Reads all files of a folder, to serve them as a repository.
 *
 * @example
 * const server = await startHubServer({
 *   repositories: [{ type: 'model', id: 'org/model', files: servedFolder('models/neox-1.7m') }],
 * });
 */
export function servedFolder(folder: string): ServedRepository['files'] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    paths.map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path)]),
  );
}
