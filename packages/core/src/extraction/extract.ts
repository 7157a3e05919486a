import { dirname } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { makeFolder } from '../files/write-atomic.ts';
import { readDocuments } from './dataset/documents.ts';
import { windowsOf, type DatasetPosition } from './dataset/windows.ts';
import { freeBytes, noSpace, requireSpace } from './free-space.ts';
import { openActivationSession } from './model/activation-session.ts';
import {
  prepareExtraction,
  shardRowsOf,
  type ExtractionSpec,
  type PlannedActivations,
  type PreparedExtraction,
} from './plan.ts';
import { createProgressMeter, type ExtractionProgress } from './progress.ts';
import { openActivations, type ActivationStore } from './store/activation-store.ts';
import {
  openActivationWriter,
  reopenForRepair,
  type ActivationWriter,
  type WindowRows,
} from './store/activation-writer.ts';
import { STORE_FORMAT, readManifest, type Manifest } from './store/manifest.ts';
import { acquireLock } from './store/store-lock.ts';
import { firstDamagedShard } from './store/verify.ts';
import { createWindowRunner } from './window-runner.ts';

export interface ExtractionOptions {
  onProgress?: ((progress: ExtractionProgress) => void) | undefined;
  /** Stops between forward passes with the signal's reason; the same call goes on later. */
  signal?: AbortSignal | undefined;
}

/** Activations up to this size are checked byte by byte before they are used again; larger ones by size only. */
const CHECKSUM_LIMIT = 4 * 2 ** 30;
const CREATED_BY = 'sae-lab 0.1.0';

/**
 * Extracts what is not on disk yet, all hooks in one pass over the model, and opens everything. Goes on with an
 * interrupted extraction, repairs damaged files, and waits for another process that makes the same activations.
 * The bytes are the same in each case.
 *
 * @returns a store for each hook asked for, in that order
 * @throws SaeLabError of the model, the hooks, the dataset or the settings, and `activations.no-space`,
 *   `activations.not-finite`, `activations.float16-overflow`
 */
export async function extractActivations(
  spec: ExtractionSpec,
  options: ExtractionOptions = {},
): Promise<ActivationStore[]> {
  const prepared = await prepareExtraction(spec);
  // In one order everywhere, so that two processes never wait for each other.
  const distinct = [...new Map(prepared.planned.map((planned) => [planned.id, planned])).values()].toSorted(
    (a, b) => (a.id < b.id ? -1 : 1),
  );
  const locks = [];
  try {
    const missing: PlannedActivations[] = [];
    for (const planned of distinct) {
      if (await isWhole(planned.folder)) continue;
      await makeFolder(dirname(planned.folder));
      locks.push(await acquireLock(`${planned.folder}.lock`, options.signal));
      // Whoever held the lock may have made or repaired them.
      if (!(await repairOrKeep(planned.folder))) missing.push(planned);
    }
    if (missing.length > 0) await extract(spec, prepared, missing, options);
  } finally {
    for (const lock of locks) await lock.release();
  }
  return Promise.all(prepared.planned.map(({ folder }) => openActivations(folder)));
}

async function isWhole(folder: string): Promise<boolean> {
  const manifest = await readManifest(folder).catch(() => undefined);
  return manifest !== undefined && (await damagedShard(folder, manifest)) === undefined;
}

/** @returns whether the activations are whole; damaged ones are turned into unfinished ones */
async function repairOrKeep(folder: string): Promise<boolean> {
  let manifest: Manifest;
  try {
    manifest = await readManifest(folder);
  } catch (error) {
    if ((error as SaeLabError).code === 'activations.missing') return false;
    await reopenForRepair(folder, []);
    return false;
  }
  if ((await damagedShard(folder, manifest)) === undefined) return true;
  await reopenForRepair(folder, manifest.shards);
  return false;
}

function damagedShard(folder: string, { shards }: Manifest): ReturnType<typeof firstDamagedShard> {
  const bytes = shards.reduce((total, shard) => total + shard.bytes, 0);
  return firstDamagedShard(folder, shards, bytes <= CHECKSUM_LIMIT ? 'checksums' : 'sizes');
}

async function extract(
  spec: ExtractionSpec,
  prepared: PreparedExtraction,
  missing: readonly PlannedActivations[],
  { onProgress, signal }: ExtractionOptions,
): Promise<void> {
  const { model, dataset, settings, estimate } = prepared;
  const hooks = missing.map(({ hook }) => hook);
  const writers = await Promise.all(
    missing.map(({ folder, dIn }) =>
      openActivationWriter({ folder, dIn, dtype: settings.dtype, shardRows: shardRowsOf(dIn, settings) }),
    ),
  );
  const start = writers.map((writer) => writer.start).reduce((a, b) => (b.rows < a.rows ? b : a));
  const needed = missing.reduce((bytes, { estimatedBytes }, i) => {
    const left = Math.max(0, estimate.rows - writers[i]!.start.rows) / estimate.rows;
    return bytes + (estimate.rows === 0 ? 0 : estimatedBytes * left);
  }, 0);
  requireSpace(needed, await freeBytes(spec.dataDir), spec.dataDir);

  const meter = createProgressMeter(onProgress, estimate.tokens, start.tokens);
  const session = await openActivationSession(model, hooks, { threads: spec.threads });
  const runner = createWindowRunner(session, hooks, settings);
  const maxRows = settings.maxRows ?? Infinity;
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
  try {
    const documents = readDocuments(dataset).documents();
    for await (const window of windowsOf(documents, model.tokenizer, settings, start)) {
      for (const { index, line } of window.skipped) {
        meter.warn(`document ${index} (line ${line}) has no tokens and is passed over`);
      }
      const limit = maxRows - window.start.rows;
      const rows = await runner.run(window, limit, signal);
      await writeRows(writers, rows, needed, spec.dataDir);
      end = { ...window.end, rows: window.start.rows + rows[0]!.count };
      report();
      if (end.rows >= maxRows) break;
    }
  } finally {
    await session.close();
  }
  for (const [i, writer] of writers.entries()) {
    await writer
      .finish((shards) => describe(prepared, missing[i]!, end, shards))
      .catch((error: unknown) => asNoSpace(error, needed, spec.dataDir));
  }
  report(true);
}

async function writeRows(
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

async function asNoSpace(error: unknown, needed: number, dataDir: string): Promise<never> {
  if (error instanceof SaeLabError && error.code === 'files.disk-full') {
    throw noSpace(needed, await freeBytes(dataDir), dataDir, error);
  }
  throw error;
}

/** Documents that were read, the one that is still being cut into pieces included. */
function documentsRead({ document, piece }: DatasetPosition): number {
  return piece === 0 ? document : document + 1;
}

function describe(
  { dataset, hashes, model, settings }: PreparedExtraction,
  { id, hook, dIn }: PlannedActivations,
  end: DatasetPosition,
  shards: Manifest['shards'],
): Manifest {
  const { datasetSha256, ...modelHashes } = hashes;
  return {
    id,
    format: STORE_FORMAT,
    createdBy: CREATED_BY,
    model: modelHashes,
    hook: { name: hook.name, tensor: hook.tensor },
    dIn,
    dtype: settings.dtype,
    rows: end.rows,
    documents: documentsRead(end),
    skippedDocuments: end.skipped,
    tokens: end.tokens,
    settings,
    bosTokenId: settings.prependBos ? model.tokenizer.bosTokenId : null,
    dataset: { sha256: datasetSha256, spec: dataset },
    shards,
  };
}
