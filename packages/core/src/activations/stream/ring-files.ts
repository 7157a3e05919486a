/** The files of a hook's stream: `<data>/activations/<id>.ring/` has a folder for each window on disk and `ring.json`. */
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { setAsideUnless } from '../../files/set-aside.ts';
import { makeFolder, writeAtomic } from '../../files/write-atomic.ts';
import { DATASET_START, type DatasetPosition } from '../extraction/dataset/windows.ts';
import { positionSchema, readManifest } from '../store/manifest.ts';
import type { PlannedActivations } from '../store/planned-store.ts';
import { firstDamagedShard } from '../store/verify.ts';

const RING = 'ring.json';

const ringSchema = z.strictObject({
  windowRows: z.int().positive(),
  /** Whether the author asked for the stream, or the cache did not fit the disk. */
  because: z.enum(['asked', 'no-space']),
  /** Number of windows in the corpus; null until its end was reached. */
  perEpoch: z.int().positive().nullable(),
  /** Where the extraction of each window begins, as far as it is known. */
  starts: z.array(positionSchema),
});

/** What is known of a stream, so that a later process can continue at any window. */
export type RingRecord = z.infer<typeof ringSchema>;

/** Ending of the name of a ring's folder. */
export const RING_FOLDER = '.ring';

function ringFolder({ folder }: Pick<PlannedActivations, 'folder'>): string {
  return `${folder}${RING_FOLDER}`;
}

/** The lock of a ring. Only the process that holds it changes the windows. */
export function ringLock(planned: Pick<PlannedActivations, 'folder'>): string {
  return `${ringFolder(planned)}.lock`;
}

export function windowFolder(planned: Pick<PlannedActivations, 'folder'>, index: number): string {
  return join(ringFolder(planned), String(index).padStart(6, '0'));
}

/** The record of a hook's stream; undefined if there is no usable one. */
export async function readRing(planned: Pick<PlannedActivations, 'folder'>): Promise<RingRecord | undefined> {
  try {
    return ringSchema.parse(JSON.parse(await readFile(join(ringFolder(planned), RING), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function writeRing(planned: PlannedActivations, record: RingRecord): Promise<void> {
  await writeAtomic(join(ringFolder(planned), RING), JSON.stringify(record));
}

/** The largest known start at or before a window. */
export function startOf(starts: readonly DatasetPosition[], index: number): DatasetPosition {
  return starts[Math.min(index, starts.length - 1)] ?? DATASET_START;
}

/** Removes a window, complete or not. */
export async function removeWindow(planned: PlannedActivations, index: number): Promise<void> {
  const folder = windowFolder(planned, index);
  for (const path of [folder, `${folder}.partial`]) await rm(path, { recursive: true, force: true });
}

/** Removes windows that an interrupted extraction left unfinished, except one. */
export async function removePartials(planned: PlannedActivations, except: number): Promise<void> {
  const kept = windowFolder(planned, except);
  for (const name of await readdir(ringFolder(planned))) {
    const path = join(ringFolder(planned), name);
    if (name.endsWith('.partial') && path !== `${kept}.partial`)
      await rm(path, { recursive: true, force: true });
  }
}

/** Removes the windows of a hook, complete or not. Keeps the record. */
export async function removeWindows(planned: Pick<PlannedActivations, 'folder'>): Promise<void> {
  const folder = ringFolder(planned);
  for (const name of await readdir(folder)) {
    if (name !== RING) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * The intact windows on disk of a hook. Removes everything else, except the window that was being extracted.
 *
 * @param windowRows windows of another size are removed
 */
export async function intactWindows(
  planned: PlannedActivations,
  windowRows: number,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const folder = ringFolder(planned);
  await setAsideUnless('folder', folder);
  await makeFolder(folder);
  const record = await readRing(planned);
  const isKnown = record?.windowRows === windowRows;
  const intact: number[] = [];
  for (const name of await readdir(folder)) {
    if (name === RING && isKnown) continue;
    const index = /^\d+$/.test(name) ? Number(name) : undefined;
    if (isKnown && name.endsWith('.partial')) continue;
    if (isKnown && index !== undefined && (await isIntact(planned, index, windowRows, signal))) {
      intact.push(index);
    } else await rm(join(folder, name), { recursive: true, force: true });
  }
  return intact;
}

async function isIntact(
  planned: PlannedActivations,
  index: number,
  windowRows: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const folder = windowFolder(planned, index);
  const manifest = await readManifest(folder).catch(() => undefined);
  if (manifest?.id !== planned.id || manifest.rows > windowRows) return false;
  return (await firstDamagedShard(folder, manifest.shards, 'checksums', signal)) === undefined;
}
