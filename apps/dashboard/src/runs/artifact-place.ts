import 'server-only';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Run } from '@sae-lab/db/reading';

interface StoredFile {
  /** Relative to the data folder of the machine that wrote it. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * The data folder and machine that hold a run's file. A database can contain runs of several machines and of deleted
 * folders, so a folder of this machine is named only if the file is in it.
 */
export async function placeOf(file: StoredFile, provenance: Run['provenance']): Promise<string> {
  const trainer = text(provenance?.['hostname']);
  const trainedIn = text(provenance?.['dataDir']);
  const isThisMachine = trainer === hostname();
  const candidates = [process.env['SAE_LAB_DATA'], isThisMachine ? trainedIn : undefined];
  for (const folder of candidates) {
    if (folder !== undefined && (await isThere(folder, file))) return folder;
  }
  if (trainer === undefined) return 'unknown: the run did not record its machine';
  if (isThisMachine) return `missing: the file is no longer in ${trainedIn ?? 'its data folder'}`;
  return `${trainedIn ?? 'the data folder'} on ${trainer}`;
}

async function isThere(folder: string, { path, bytes }: StoredFile): Promise<boolean> {
  try {
    const found = await stat(join(/* turbopackIgnore: true */ folder, path));
    return found.isFile() && found.size === bytes;
  } catch {
    return false;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
