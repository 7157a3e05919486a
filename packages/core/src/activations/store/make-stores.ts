/**
 * Writes activations to disk, whatever their source. A source yields rows of one or several hooks in a fixed order. This
 * file handles shards, locks, repair, resumption, progress and disk space.
 */
import { dirname } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { kindOf, setAside } from '../../files/set-aside.ts';
import { makeFolder } from '../../files/write-atomic.ts';
import type { DatasetEstimate } from '../extraction/dataset/estimate.ts';
import type { DatasetPosition } from '../extraction/dataset/windows.ts';
import { freeBytes, noSpace, requireSpace } from './free-space.ts';
import { createProgressMeter, type ExtractionProgress } from './progress.ts';
import { openActivations, type ActivationStore } from './activation-store.ts';
import {
  openActivationWriter,
  reopenForRepair,
  type ActivationWriter,
  type WindowRows,
} from './activation-writer.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { shardRowsOf, type PlannedActivations, type StorageSettings } from './planned-store.ts';
import { acquireLock } from './store-lock.ts';
import { damagedBeforeUse } from './verify.ts';

export interface ExtractionOptions {
  onProgress?: ((progress: ExtractionProgress) => void) | undefined;
  /** Stops between two windows and throws the signal's reason. The same call resumes later. */
  signal?: AbortSignal | undefined;
}

/** A source of activation rows. */
export interface RowSource<P extends PlannedActivations> {
  readonly storage: StorageSettings;
  readonly estimate: DatasetEstimate;
  /**
   * Yields one window after another.
   *
   * @param missing the activations to make; each window has the rows of each of them, in this order, valid until the next
   *   window
   * @param from where an earlier window began
   */
  windows(
    missing: readonly P[],
    from: DatasetPosition,
    control: { signal: AbortSignal | undefined; warn: (sentence: string) => void },
  ): AsyncIterable<{ rows: readonly WindowRows[]; end: DatasetPosition }>;
  /** @param end position after the last window */
  describe(planned: P, end: DatasetPosition, shards: Manifest['shards']): Manifest;
}

/**
 * Makes the activations that are not on disk yet, in one pass over the source, and opens all of them. Resumes interrupted
 * ones, repairs damaged files, and waits for another process that makes the same ones. The bytes are the same in each case.
 *
 * @returns a store for each planned one, in the same order
 * @throws {SaeLabError} `activations.no-space`, and what the source throws
 */
export async function makeStores<P extends PlannedActivations>(
  planned: readonly P[],
  source: RowSource<P>,
  dataDir: string,
  options: ExtractionOptions,
): Promise<ActivationStore[]> {
  // Always locked in the same order, so that two processes never wait for each other.
  const distinct = [...new Map(planned.map((one) => [one.id, one])).values()].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  const locks = [];
  const warnings: string[] = [];
  try {
    const missing: P[] = [];
    for (const one of distinct) {
      if (await isComplete(one, options.signal)) continue;
      await makeFolder(dirname(one.folder));
      locks.push(await acquireLock(`${one.folder}.lock`, options.signal));
      // The previous holder of the lock may have made or repaired them.
      if (!(await repairOrKeep(one, warnings, options.signal))) missing.push(one);
    }
    if (missing.length > 0) await make(missing, source, dataDir, options, warnings);
  } finally {
    for (const lock of locks) await lock.release();
  }
  return Promise.all(planned.map(({ folder }) => openActivations(folder)));
}

/** Documents read, including the one that is still being cut into pieces. */
export function documentsRead({ document, piece }: DatasetPosition): number {
  return piece === 0 ? document : document + 1;
}

async function isComplete(
  { id, folder }: PlannedActivations,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const manifest = await readManifest(folder).catch(() => undefined);
  return manifest?.id === id && (await damagedBeforeUse(folder, manifest.shards, { signal })) === undefined;
}

/**
 * Turns damaged activations into unfinished ones, and sets anything else at their path aside.
 *
 * @returns whether the activations are complete
 */
async function repairOrKeep(
  { id, folder }: PlannedActivations,
  warnings: string[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const kind = await kindOf(folder);
  if (kind === undefined) return false;
  const manifest = kind === 'folder' ? await readManifest(folder).catch(asDamage) : undefined;
  if (kind !== 'folder' || (manifest !== undefined && manifest.id !== id)) {
    const aside = await setAside(folder);
    warnings.push(`${folder} does not contain the activations of its name. It was renamed to ${aside}.`);
    return false;
  }
  const isDamaged =
    manifest === undefined || (await damagedBeforeUse(folder, manifest.shards, { signal })) !== undefined;
  if (isDamaged) await reopenForRepair(folder, manifest?.shards ?? []);
  return !isDamaged;
}

/** Activations that cannot be read may be intact. Only those that are known to be damaged are made again. */
function asDamage(error: unknown): undefined {
  if ((error as SaeLabError).code === 'activations.unreadable') throw error;
}

async function make<P extends PlannedActivations>(
  missing: readonly P[],
  source: RowSource<P>,
  dataDir: string,
  { onProgress, signal }: ExtractionOptions,
  warnings: readonly string[],
): Promise<void> {
  const { storage, estimate } = source;
  const writers = await Promise.all(
    missing.map(({ folder, dIn }) =>
      openActivationWriter({ folder, dIn, dtype: storage.dtype, shardRows: shardRowsOf(dIn, storage) }),
    ),
  );
  const start = writers.map((writer) => writer.start).reduce((a, b) => (b.rows < a.rows ? b : a));
  const needed = missing.reduce((bytes, { estimatedBytes }, i) => {
    const left = Math.max(0, estimate.rows - writers[i]!.start.rows) / estimate.rows;
    return bytes + (estimate.rows === 0 ? 0 : estimatedBytes * left);
  }, 0);
  await requireSpace(needed, dataDir);

  const meter = createProgressMeter(onProgress, estimate.tokens, start.tokens);
  for (const sentence of warnings) meter.warn(sentence);
  let end = start;
  const report = (last = false): void =>
    meter.report(
      {
        documents: documentsRead(end),
        skippedDocuments: end.skipped,
        tokens: end.tokens,
        rows: end.rows,
        shards: writers.reduce((count, writer) => count + writer.shards(), 0),
      },
      last,
    );
  const control = { signal, warn: (sentence: string) => meter.warn(sentence) };
  for await (const window of source.windows(missing, start, control)) {
    await writeRows(writers, window.rows, needed, dataDir);
    ({ end } = window);
    report();
  }
  for (const [i, writer] of writers.entries()) {
    await writer
      .finish((shards) => source.describe(missing[i]!, end, shards))
      .catch((error: unknown) => asNoSpace(error, needed, dataDir));
  }
  report(true);
}

/**
 * Appends a window's rows to the writers, one for each hook.
 *
 * @param needed bytes that the activations take in all, for the error
 * @throws {SaeLabError} `activations.no-space` if the disk is full
 */
export async function writeRows(
  writers: readonly ActivationWriter[],
  rows: readonly WindowRows[],
  needed: number,
  dataDir: string,
): Promise<void> {
  try {
    for (const [i, writer] of writers.entries()) await writer.append(rows[i]!);
  } catch (error) {
    await asNoSpace(error, needed, dataDir);
  }
}

export async function asNoSpace(error: unknown, needed: number, dataDir: string): Promise<never> {
  if (error instanceof SaeLabError && error.code === 'files.disk-full') {
    const free = await freeBytes(dataDir);
    // If the disk has space, a quota is used up, and the error says so.
    if (free < needed) throw noSpace(needed, free, dataDir, error);
  }
  throw error;
}
