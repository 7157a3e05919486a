import 'server-only';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What removing files did. */
export interface Removal {
  /** Folders that were removed. */
  readonly removed: number;
  /** Why some could not be removed; undefined if all were. */
  readonly kept?: string;
}

/**
 * Removes the folders of runs from the data folder of this dashboard: their SAEs and checkpoints. Files in other data
 * folders and on other machines stay.
 *
 * @param runHashes of runs that are no longer in the database
 */
export async function removeRunFolders(runHashes: readonly string[]): Promise<Removal> {
  const dataDir = process.env['SAE_LAB_DATA'] ?? '';
  let removed = 0;
  let kept: string | undefined;
  for (const hash of runHashes) {
    // Only what has the form of an identity: the name becomes part of a path.
    if (dataDir === '' || !/^[0-9a-f]{64}$/.test(hash)) continue;
    const folder = join(/* turbopackIgnore: true */ dataDir, 'runs', hash);
    const isThere = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isThere) continue;
    try {
      await rm(folder, { recursive: true });
      removed += 1;
    } catch (error) {
      kept ??= `${folder}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return { removed, ...(kept !== undefined && { kept }) };
}
