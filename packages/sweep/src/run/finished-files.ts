import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { hashOfFile, SAE_FILES } from '@sae-lab/core';
import { storedFiles, type Db, type StoredFiles } from '@sae-lab/db';
import { runFolder } from './run-folder.ts';

/** Where the files of a finished run are now. The database says only where they were. */
export type FinishedFiles =
  | { readonly state: 'here' }
  /** In another data folder. `host` names another machine, whose disk cannot be looked at from here. */
  | { readonly state: 'elsewhere'; readonly dataDir: string; readonly host?: string }
  | { readonly state: 'missing'; readonly problem: string };

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
): Promise<Map<string, FinishedFiles>> {
  const stored = await storedFiles(db, hashes);
  const found = new Map<string, FinishedFiles>();
  const atOnce = verify ? 1 : AT_ONCE;
  for (let start = 0; start < stored.length; start += atOnce) {
    signal?.throwIfAborted();
    const slice = stored.slice(start, start + atOnce);
    const states = await Promise.all(slice.map((files) => look(files, dataDir, verify, signal)));
    slice.forEach(({ runHash }, index) => found.set(runHash, states[index]!));
  }
  return found;
}

async function look(
  files: StoredFiles,
  dataDir: string,
  verify: boolean,
  signal: AbortSignal | undefined,
): Promise<FinishedFiles> {
  const problem = await problemIn(dataDir, files, verify, signal);
  if (problem === undefined) return { state: 'here' };
  const { dataDir: owner, hostname: host } = files;
  if (owner !== null && owner !== dataDir) {
    if ((await problemIn(owner, files, verify, signal)) === undefined) {
      return { state: 'elsewhere', dataDir: owner };
    }
  }
  // The embedded database is in the data folder, and so are the files of its runs, whatever this machine was called.
  const shared = Boolean(process.env['DATABASE_URL']);
  if (shared && host !== null && host !== hostname()) {
    return { state: 'elsewhere', dataDir: owner ?? 'its data folder', host };
  }
  return { state: 'missing', problem };
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
