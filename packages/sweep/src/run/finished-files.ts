import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from '@sae-lab/command-line';
import { hashOfFile, SAE_FILES } from '@sae-lab/core';
import { locateFiles, storedFiles, type Db, type FilesPlace, type StoredFiles } from '@sae-lab/db';
import { runFolder } from './run-folder.ts';

export interface FilesToCheck {
  readonly dataDir: string;
  /** Compare checksums, besides existence and size. */
  readonly verify: boolean;
  readonly signal?: AbortSignal;
}

/** Runs that are looked at together. */
const AT_ONCE = 64;

/**
 * Looks for the files of those of the runs that are finished.
 *
 * @returns by the run's hash
 */
export async function checkFinishedFiles(
  db: Db,
  hashes: readonly string[],
  { dataDir, verify, signal }: FilesToCheck,
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
        }),
      ),
    );
    slice.forEach(({ runHash }, index) => found.set(runHash, states[index]!));
  }
  return found;
}

/** What is wrong with a run's files in a data folder; undefined if they are whole. */
async function problemIn(
  dataDir: string,
  { runHash, artifacts }: StoredFiles,
  verify: boolean,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const recorded = new Map(artifacts.map((file) => [join(dataDir, file.path), file]));
  const usual = SAE_FILES.map((name) => join(runFolder(dataDir, { hash: runHash }), 'sae', name));
  for (const path of new Set([...recorded.keys(), ...usual])) {
    const size = await stat(path).then(
      (found) => (found.isFile() ? found.size : undefined),
      () => undefined,
    );
    if (size === undefined) return `${path} is missing`;
    const file = recorded.get(path);
    // Of runs from before every file was recorded, only the weights' size is known.
    if (file === undefined) continue;
    if (size !== file.bytes) return `${path} has ${size} bytes, not ${file.bytes}`;
    if (verify && (await hashOfFile(path, signal)) !== file.sha256) {
      return `${path} has other bytes than were written`;
    }
  }
  return undefined;
}
