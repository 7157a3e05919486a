import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashOfFile } from '@sae-lab/core';
import { SaeLabError } from '@sae-lab/errors';

interface SpooledFile {
  /** Relative to the spool, and then to the data folder. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Copies the files of a finished run into the data folder, unless they are there, and checks them.
 *
 * @returns their paths, relative to the data folder
 * @throws {SaeLabError} `spool.malformed` if a file is missing, damaged or outside of the run's folder
 */
export async function placeFiles(
  files: readonly SpooledFile[],
  { folder, dataDir }: { folder: string; dataDir: string },
): Promise<string[]> {
  for (const file of files) {
    const from = join(folder, file.path);
    const fail = (problem: string, received?: string): SaeLabError =>
      new SaeLabError('spool.malformed', {
        problem,
        field: from,
        ...(received !== undefined && { received }),
      });
    // The path is read from a file that others may write.
    if (!/^runs\/[0-9a-f]{64}\/sae\/[\w.-]+$/.test(file.path)) throw fail('is not a file of a saved SAE');
    const to = join(dataDir, file.path);
    if (await isSame(to, file)) continue;
    if (!(await isSame(from, file))) throw fail('is missing, or does not have the checksum of the run');
    const draft = `${to}.${randomBytes(4).toString('hex')}.copied`;
    await mkdir(dirname(to), { recursive: true });
    try {
      await copyFile(from, draft);
      await rename(draft, to);
    } finally {
      await rm(draft, { force: true });
    }
  }
  return files.map(({ path }) => path);
}

async function isSame(path: string, { bytes, sha256 }: SpooledFile): Promise<boolean> {
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  return size === bytes && (await hashOfFile(path)) === sha256;
}
