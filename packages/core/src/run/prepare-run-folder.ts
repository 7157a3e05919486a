import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { setAsideUnless } from '../files/set-aside.ts';
import { makeFolder } from '../files/write-atomic.ts';
import { SAE_FILES } from '../sae/saelens-files.ts';
import { checkpointOf, saeFolderOf } from './run-files.ts';

/**
 * Creates a run's folder. A file or folder that blocks one of the run's own (a folder named checkpoint.safetensors, a
 * file named sae) is renamed, with a warning.
 *
 * @throws {SaeLabError} `files.not-writable`, `files.disk-full`, `files.not-a-folder`
 */
export async function prepareRunFolder(runFolder: string, warn: (message: string) => void): Promise<void> {
  const clear = async (kind: 'file' | 'folder', path: string): Promise<void> => {
    const aside = await setAsideUnless(kind, path);
    if (aside === undefined) return;
    const { message } = new SaeLabError('files.set-aside', {
      problem: `is not a ${kind}, which the run needs here`,
      field: path,
      fix: `It was renamed to ${aside}.`,
    });
    warn(message);
  };
  await clear('folder', runFolder);
  await makeFolder(runFolder);
  await clear('file', checkpointOf(runFolder));
  const saeFolder = saeFolderOf(runFolder);
  await clear('folder', saeFolder);
  for (const name of SAE_FILES) await clear('file', join(saeFolder, name));
}
