import { copyFile, readFile } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { SAE_FILES } from '@sae-lab/core';
import { writeAtomic } from '@sae-lab/core/files';
import type { SharedRun } from '../shared-run.ts';
import type { RunDetails } from './run-details.ts';

const CONFIG = 'cfg.json';
/** The file with everything that SAELens does not read. */
export const DETAILS_FILE = 'sae_lab.json';
/** The file that lists the folders of a sweep. */
export const SWEEP_FILE = 'sae_lab_sweep.json';

/**
 * Copies the files that SAELens loads. Its metadata may have further fields: they get the figures and the architecture
 * that was trained.
 *
 * @throws {SaeLabError} `files.*`
 */
export async function writeSaeFiles(
  folder: string,
  { saeFolder }: SharedRun,
  details: RunDetails,
): Promise<void> {
  const { trainedAs, trainingTokens, figures } = details;
  for (const name of SAE_FILES)
    if (name !== CONFIG) await copyFile(join(saeFolder, name), join(folder, name));
  const config = JSON.parse(await readFile(join(saeFolder, CONFIG), 'utf8')) as { metadata: object };
  const metadata = {
    ...config.metadata,
    training_architecture: trainedAs,
    ...(trainingTokens !== undefined && { training_tokens: trainingTokens }),
    figures,
  };
  await writeJson(join(folder, CONFIG), { ...config, metadata });
}

/**
 * Writes the run's identity, settings, loss, figures, evaluations with their intervals, and provenance.
 *
 * @throws {SaeLabError} `files.*`
 */
export async function writeDetails(
  folder: string,
  { run, evaluations, activations }: SharedRun,
  { trainedAs, trainingTokens, figures }: RunDetails,
): Promise<void> {
  const { runHash, variant, mathVersion, hyper, hook, width, seed, lossConvention, config } = run;
  const content = {
    runHash,
    variant,
    mathVersion,
    trainedAs,
    hyper,
    hook,
    width,
    seed,
    lossConvention,
    steps: run.step,
    ...(trainingTokens !== undefined && { trainingTokens }),
    trainingSeconds: run.seconds,
    finishedAt: run.finishedAt,
    figures,
    evaluations: evaluations.map(({ name, version, settings, tokens, documents, figures: measured }) => ({
      name,
      version,
      settings,
      tokens,
      documents,
      figures: measured,
    })),
    specification: config,
    activations: activations === undefined ? null : published(activations.manifest),
    provenance: provenanceOf(run.provenance ?? {}),
  };
  await writeJson(join(folder, DETAILS_FILE), withoutFolders(content));
}

export function writeJson(path: string, value: unknown): Promise<unknown> {
  return writeAtomic(path, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
}

/** Without the list of shards, which are on the author's disk. */
function published(manifest: Readonly<Record<string, unknown>>): object {
  const { shards: _, ...rest } = manifest;
  return rest;
}

/** Without the names of the author's machine and folders. */
export function provenanceOf(provenance: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { hostname: _host, dataDir: _folder, argv: _arguments, ...rest } = provenance;
  return rest;
}

/** Keeps only the last part of absolute paths, e.g. of a corpus: the rest names the author's folders. */
function withoutFolders(value: unknown): unknown {
  if (typeof value === 'string') return isAbsolute(value) ? basename(value) : value;
  if (value instanceof Date || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(withoutFolders);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutFolders(item)]));
}
