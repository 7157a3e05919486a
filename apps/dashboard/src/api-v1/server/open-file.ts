import 'server-only';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';

interface RecordedFile {
  /** Relative to the data folder. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Opens a file that a run recorded, if it is in the data folder of the dashboard with the recorded size. Links that lead out
 * of the folder are not followed.
 *
 * @throws {SaeLabError} `api.file-elsewhere`
 */
export async function openRecorded(file: RecordedFile): Promise<FileHandle> {
  const handle = await openInside(process.env['SAE_LAB_DATA'] ?? '', file.path);
  if (handle !== undefined) {
    const found = await handle.stat();
    if (found.isFile() && found.size === file.bytes) return handle;
    await handle.close();
  }
  throw new SaeLabError('api.file-elsewhere', {
    problem:
      handle === undefined ? 'is not in the data folder of the dashboard' : 'differs from the recorded file',
    field: file.path,
    fix: 'Start the dashboard with the --data that has the file, or bring it with `pnpm sae export`.',
  });
}

async function openInside(folder: string, path: string): Promise<FileHandle | undefined> {
  if (folder === '') return undefined;
  try {
    const root = await realpath(/* turbopackIgnore: true */ folder);
    const target = await realpath(join(/* turbopackIgnore: true */ root, path));
    return target.startsWith(root + sep) ? await open(/* turbopackIgnore: true */ target, 'r') : undefined;
  } catch {
    // Missing, or not readable for this user.
    return undefined;
  }
}
