import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { setAsideUnless } from '../files/set-aside.ts';
import { makeFolder } from '../files/write-atomic.ts';
import { SAE_FILES } from '../sae/saelens-format.ts';
import { checkpointOf, saeFolderOf } from './run-files.ts';

/**
 * Makes a run's folder. Whatever stands in the way of the run's own files (a folder called checkpoint.safetensors, a
 * file called sae) is set aside with a warning.
 *
 * @throws SaeLabError `files.not-writable`, `files.disk-full`, and `files.not-a-folder` for a file above the folder
 */
export async function prepareRunFolder(runFolder: string, warn: (message: string) => void): Promise<void> {
  const clear = async (kind: 'file' | 'folder', path: string): Promise<void> => {
    const aside = await setAsideUnless(kind, path);
    if (aside === undefined) return;
    const { message } = new SaeLabError('files.set-aside', {
      problem: `stands where a ${kind} of the run belongs`,
      field: path,
      fix: `It is kept as ${aside}.`,
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
