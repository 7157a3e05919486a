import type { Db, FilesPlace } from '@sae-lab/db';
import { checkFinishedFiles, type FilesToCheck } from '../run/finished-files.ts';
import { runFolder } from '../run/run-folder.ts';
import type { SharedFiles } from './shared-files.ts';

/**
 * Looks for the files of the finished runs among these, and brings those that only the store has into the data folder.
 *
 * @returns by the run's hash; never 'stored'
 * @throws {SaeLabError} `store.*`, `files.*`
 */
export async function bringSaes(
  db: Db,
  hashes: readonly string[],
  { shared, ...options }: FilesToCheck & { readonly shared: SharedFiles },
): Promise<Map<string, FilesPlace>> {
  const places = await checkFinishedFiles(db, hashes, { ...options, shared });
  for (const [runHash, { state }] of places) {
    if (state !== 'stored') continue;
    await shared.bringSae(runHash, runFolder(options.dataDir, { runHash }));
    places.set(runHash, { state: 'here' });
  }
  return places;
}
