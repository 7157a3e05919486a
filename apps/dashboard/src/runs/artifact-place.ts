import 'server-only';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { locateFiles, type Run } from '@sae-lab/db/reading';

interface StoredFile {
  /** Relative to the data folder of the machine that wrote it. */
  readonly path: string;
  readonly bytes: number;
}

/** Where a file is. */
export interface ArtifactPlace {
  /** The data folder, the machine that has it, or why it is unknown. */
  readonly text: string;
  /** The absolute path of the file, if this machine has it or the database says what it is on another. */
  readonly path?: string;
}

/**
 * The data folder and machine that hold a run's file. A database can contain runs of several machines and of deleted
 * folders, so a folder of this machine is named only if the file is in it.
 */
export async function placeOf(file: StoredFile, provenance: Run['provenance']): Promise<ArtifactPlace> {
  const owner = {
    hostname: text(provenance?.['hostname']) ?? null,
    dataDir: text(provenance?.['dataDir']) ?? null,
  };
  const dataDir = process.env['SAE_LAB_DATA'] ?? '';
  const problemIn = async (folder: string): Promise<string | undefined> =>
    folder !== '' && (await isThere(folder, file)) ? undefined : 'missing';
  const store = text(provenance?.['store']);
  // The files of a run are stored before it is finished. The dashboard has no access to the store itself.
  const inStore = async (): Promise<string | undefined> =>
    store === undefined ? undefined : `${store}/${dirname(dirname(file.path))}`;
  const found = await locateFiles(owner, { dataDir, shared: true, problemIn, inStore });
  const pathIn = (folder: string): string => join(/* turbopackIgnore: true */ folder, file.path);
  if (found.state === 'here') return { text: dataDir, path: pathIn(dataDir) };
  if (found.state === 'stored') return { text: found.location };
  if (found.state === 'missing') {
    return owner.hostname === null
      ? { text: 'unknown: the run did not record its machine' }
      : { text: `missing: the file was removed from ${owner.dataDir ?? 'its data folder'}` };
  }
  return {
    text: found.host === undefined ? found.dataDir : `${found.dataDir} on ${found.host}`,
    ...(owner.dataDir !== null && { path: pathIn(owner.dataDir) }),
  };
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
