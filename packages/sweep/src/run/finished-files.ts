import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from '@sae-lab/command-line';
import { hashOfFile, SAE_FILES } from '@sae-lab/core';
import { locateFiles, storedFiles, type Db, type FilesPlace, type StoredFiles } from '@sae-lab/db';
import type { SharedFiles } from '../shared/shared-files.ts';
import { runFolder } from './run-folder.ts';

export interface FilesToCheck {
  readonly dataDir: string;
  /** Also compare checksums, not only existence and size. */
  readonly verify: boolean;
  readonly signal?: AbortSignal;
  /** Where files of other machines are looked for. */
  readonly shared?: SharedFiles;
}

/** Number of runs whose files are checked at once. */
const AT_ONCE = 64;

/**
 * Looks for the files of the finished runs among these.
 *
 * @returns by the run's hash
 */
export async function checkFinishedFiles(
  db: Db,
  hashes: readonly string[],
  { dataDir, verify, signal, shared: sharedFiles }: FilesToCheck,
): Promise<Map<string, FilesPlace>> {
  const stored = await storedFiles(db, hashes);
  const found = new Map<string, FilesPlace>();
  const atOnce = verify ? 1 : AT_ONCE;
  for (let start = 0; start < stored.length; start += atOnce) {
    signal?.throwIfAborted();
    const slice = stored.slice(start, start + atOnce);
    const states = await Promise.all(
      slice.map((files) =>
        locateFiles(files, {
          dataDir,
          shared: environment('DATABASE_URL') !== undefined,
          problemIn: (folder) => problemIn(folder, files, verify, signal),
          ...(sharedFiles && { inStore: () => sharedFiles.placeOfSae(files.runHash, files.artifacts) }),
        }),
      ),
    );
    slice.forEach(({ runHash }, index) => found.set(runHash, states[index]!));
  }
  return found;
}

/** What is wrong with a run's files in a data folder; undefined if they are complete. */
async function problemIn(
  dataDir: string,
  { runHash, artifacts }: StoredFiles,
  verify: boolean,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const recorded = new Map(artifacts.map((file) => [join(dataDir, file.path), file]));
  const usual = SAE_FILES.map((name) => join(runFolder(dataDir, { runHash }), 'sae', name));
  for (const path of new Set([...recorded.keys(), ...usual])) {
    const size = await stat(path).then(
      (found) => (found.isFile() ? found.size : undefined),
      () => undefined,
    );
    if (size === undefined) return `${path} is missing`;
    const file = recorded.get(path);
    // Older runs recorded only the size of the weights.
    if (file === undefined) continue;
    if (size !== file.bytes) return `${path} has ${size} bytes, not ${file.bytes}`;
    if (verify && (await hashOfFile(path, signal)) !== file.sha256) {
      return `${path} does not match its checksum`;
    }
  }
  return undefined;
}
