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
 * In which data folder, and on which machine, a run's file is. A folder of this machine is only named where the file is
 * in it: a database can have runs of several machines, and of folders that were deleted since.
 */
export async function placeOf(file: StoredFile, provenance: Run['provenance']): Promise<string> {
  const trainer = text(provenance?.['hostname']);
  const trainedIn = text(provenance?.['dataDir']);
  const isThisMachine = trainer === hostname();
  const candidates = [process.env['SAE_LAB_DATA'], isThisMachine ? trainedIn : undefined];
  for (const folder of candidates) {
    if (folder !== undefined && (await isThere(folder, file))) return folder;
  }
  if (trainer === undefined) return 'the data folder of the machine that trained it, which is unknown';
  if (isThisMachine)
    return `missing: it is no longer in ${trainedIn ?? 'the data folder that it was written to'}`;
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
