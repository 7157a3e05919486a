import { readdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';

/**
 * The absolute path of a folder to write to.
 *
 * @throws {SaeLabError} `share.not-empty` for a file, and unless it is empty, missing or forced
 */
export async function targetFolder(folder: string, { force }: { force: boolean }): Promise<string> {
  const path = resolve(folder);
  if ((await stat(path).catch(() => undefined))?.isFile()) {
    throw new SaeLabError('share.not-empty', {
      problem: 'is a file',
      field: path,
      expected: 'an empty or missing folder',
      fix: 'Choose another folder.',
    });
  }
  const there = force ? [] : await readdir(path).catch((): string[] => []);
  if (there.length === 0) return path;
  throw new SaeLabError('share.not-empty', {
    problem: 'the folder has files',
    field: path,
    expected: 'an empty or missing folder',
    received: `${there.slice(0, 3).join(', ')}${there.length > 3 ? ` and ${there.length - 3} more` : ''}`,
    fix: 'Choose another folder, or add --force.',
  });
}
