import { open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { LatentFeatures } from '@sae-lab/core';
import { asWriteError, makeFolder } from '@sae-lab/core/files';
import type { Db } from '@sae-lab/db';
import { describedLatents, probesOfLatents, type LatentProbeRow } from '@sae-lab/db/reading';
import type { DescribedRun } from './described-run.ts';
import {
  ABOUT,
  aboutLatents,
  headOf,
  LATENTS_FORMATS,
  runSettings,
  skippedIndexes,
  type FeatureHead,
  type FeatureNames,
} from './feature-files.ts';
import { neuronpediaFeature } from './neuronpedia-feature.ts';

export interface ExportedFeatures {
  readonly latents: number;
  readonly batches: number;
}

/**
 * Writes the described latents of a run: `neuronpedia/` in the format of SAEDashboard's Neuronpedia export, and
 * `latents.jsonl` in ours. The folder appears when it is complete. One batch is in memory at a time.
 *
 * @param folder missing, empty, or an earlier export, which is replaced
 * @param options batch: latents of a file
 * @throws {SaeLabError} `files.*`, `db.*`
 */
export async function exportFeatures(
  db: Db,
  described: DescribedRun,
  folder: string,
  { batch, ...names }: FeatureNames & { readonly batch: number },
): Promise<ExportedFeatures> {
  const part = `${folder}.${process.pid}.part`;
  await rm(part, { recursive: true, force: true });
  try {
    const written = await writeFeatures(db, described, part, { batch, head: headOf(described, names) });
    if (await isExport(folder)) await rm(folder, { recursive: true });
    // An empty folder is replaced.
    await rename(part, folder);
    return written;
  } catch (error) {
    throw asWriteError(error, folder);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Whether a folder was written by `exportFeatures`, so that it may be replaced. */
export async function isExport(folder: string): Promise<boolean> {
  try {
    const { format } = JSON.parse(await readFile(join(folder, ABOUT), 'utf8')) as { format?: unknown };
    return typeof format === 'string' && LATENTS_FORMATS.test(format);
  } catch {
    return false;
  }
}

async function writeFeatures(
  db: Db,
  described: DescribedRun,
  folder: string,
  { batch, head }: { readonly batch: number; readonly head: FeatureHead },
): Promise<ExportedFeatures> {
  const { run } = described;
  const neuronpedia = join(folder, 'neuronpedia');
  await makeFolder(neuronpedia);
  const lines = await open(join(folder, 'latents.jsonl'), 'w');
  const written = new Set<number>();
  let batches = 0;
  try {
    for await (const latents of batchesOf(db, described, batch)) {
      await writeJson(join(neuronpedia, `batch-${batches}.json`), {
        model_id: head.model,
        layer: head.layer,
        sae_set: head.set,
        sae_id_suffix: head.suffix,
        features: latents.map((latent) => neuronpediaFeature(latent, head)),
      });
      await writeLines(lines, latents);
      for (const { latent } of latents) written.add(latent);
      batches += 1;
    }
  } finally {
    await lines.close();
  }
  const skipped = Array.from({ length: run.width }, (_, latent) => latent).filter(
    (latent) => !written.has(latent),
  );
  await writeJson(join(neuronpedia, 'skipped_indexes.json'), skippedIndexes(head, skipped));
  await writeJson(join(neuronpedia, 'run_settings.json'), runSettings(head, run.runHash));
  await writeJson(join(folder, ABOUT), aboutLatents(described, head, written.size));
  return { latents: written.size, batches };
}

/** A line of `latents.jsonl`. */
interface DescribedLatent extends LatentFeatures {
  /** How well it tells a class apart; null without a score. */
  readonly probing: Omit<LatentProbeRow, 'latent'> | null;
}

async function* batchesOf(
  db: Db,
  { evaluation, probing }: DescribedRun,
  limit: number,
): AsyncGenerator<DescribedLatent[]> {
  for (let after = -1; ;) {
    const rows = await describedLatents(db, evaluation.id, { after, limit });
    if (rows.length === 0) return;
    const probes =
      probing &&
      (await probesOfLatents(
        db,
        probing.id,
        rows.map(({ latent }) => latent),
      ));
    yield rows.map(({ latent, density, maxActivation, features }) => ({
      // The evaluation stores the rest of its description as JSON.
      ...(features as unknown as LatentFeatures),
      latent,
      density,
      maxActivation,
      probing: withoutLatent(probes?.get(latent)),
    }));
    after = rows.at(-1)!.latent;
  }
}

function withoutLatent(probe: LatentProbeRow | undefined): DescribedLatent['probing'] {
  if (probe === undefined) return null;
  const { latent: _, ...rest } = probe;
  return rest;
}

async function writeLines(file: FileHandle, rows: readonly object[]): Promise<void> {
  await file.appendFile(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(value)}\n`);
}
