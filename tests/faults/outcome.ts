import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  artifactsOf,
  curvesOf,
  evaluationHistogramsOf,
  evaluationsOfRun,
  histogramsOf,
  openDatabase,
  runsOfSweep,
  sweepById,
  type Database,
  type EvaluatedRun,
  type EvaluationRow,
} from '@sae-lab/db';

/** The outcome of a sweep, without what may differ between two sweeps: times, ids and attempts. */
export interface Outcome {
  readonly status: string | undefined;
  /** By hash. Parts are compared separately, so that a difference can be named. */
  readonly runs: ReadonlyMap<string, Record<string, unknown>>;
  /** Files in the data folder, except Postgres's own. */
  readonly files: readonly string[];
  /** Number of evaluations that were begun and neither finished nor removed. */
  readonly unfinished: number;
}

/** @param dataDir data folder of a single sweep that has ended, with its database */
export async function readOutcome(dataDir: string): Promise<Outcome> {
  const database = await openDatabase({ dataDir, url: '' });
  try {
    const weightsOf = (runHash: string): string =>
      join(dataDir, 'runs', runHash, 'sae', 'sae_weights.safetensors');
    return { ...(await readResults(database, weightsOf)), files: await filesOf(dataDir) };
  } finally {
    await database.close();
  }
}

/**
 * The outcome of the first sweep of a database, without files.
 *
 * @param weightsOf path of the weights of a run
 */
export async function readResults(
  database: Database,
  weightsOf: (runHash: string) => string,
): Promise<Outcome> {
  const runs = await runsOfSweep(database.db, 1);
  const parts = await Promise.all(runs.map((run) => partsOf(run, database, weightsOf(run.runHash))));
  return {
    status: (await sweepById(database.db, 1))?.status,
    runs: new Map(runs.map(({ runHash }, index) => [runHash, parts[index]!])),
    files: [],
    unfinished: await unfinishedIn(database),
  };
}

async function unfinishedIn({ sql }: Database): Promise<number> {
  const [found] = await sql`select count(*)::int as rows from evaluations where finished_at is null`;
  return found!['rows'] as number;
}

async function partsOf(
  { id, status, step, totalSteps, error, figures }: EvaluatedRun,
  database: Database,
  weightsFile: string,
): Promise<Record<string, unknown>> {
  const { db } = database;
  const weights = await readFile(weightsFile).catch(() => 'missing');
  return {
    state: { status, step, totalSteps, error },
    figures,
    weights: createHash('sha256').update(weights).digest('hex'),
    histograms: (await histogramsOf(db, id)).map(withoutRun),
    artifacts: (await artifactsOf(db, id)).map(withoutRun),
    curves: Object.fromEntries(await curvesOf(db, id)),
    ...(await evaluationsIn(database, id)),
  };
}

/** The evaluations of a run by name; one that is stored twice is listed twice. */
async function evaluationsIn(database: Database, runId: number): Promise<Record<string, unknown>> {
  const found: Record<string, object[]> = {};
  for (const row of await evaluationsOfRun(database.db, runId)) {
    (found[`evaluation ${row.name}`] ??= []).push(await evaluationParts(database, row));
  }
  return found;
}

async function evaluationParts(
  { db, sql }: Database,
  { id, version, dataId, settings, tokens, documents, figures }: EvaluationRow,
): Promise<object> {
  const latents = await sql`select * from latents where evaluation_id = ${id} order by latent`;
  return {
    version,
    dataId,
    settings,
    tokens,
    documents,
    figures,
    histograms: await evaluationHistogramsOf(db, id),
    latents: latents.map((row) => ({ ...row, evaluation_id: undefined })),
  };
}

/** Ids depend on the order in which runs are first stored, which an interruption may change. */
function withoutRun(row: { runId: number }): object {
  return { ...row, runId: undefined };
}

async function filesOf(dataDir: string): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => relative(dataDir, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(join('postgres', 'data', '/')))
    .toSorted();
}

/** Differences between an outcome and that of an undisturbed sweep. */
export function differences(outcome: Outcome, reference: Outcome): string[] {
  const found: string[] = [];
  if (outcome.status !== reference.status)
    found.push(`the sweep is ${outcome.status}, not ${reference.status}`);
  if (outcome.unfinished > 0) found.push(`${outcome.unfinished} unfinished evaluations were left behind`);
  for (const [runHash, expected] of reference.runs) {
    const parts = outcome.runs.get(runHash);
    if (parts === undefined) {
      found.push(`run ${runHash} is lost`);
      continue;
    }
    for (const part of new Set([...Object.keys(expected), ...Object.keys(parts)])) {
      if (isDeepStrictEqual(parts[part], expected[part])) continue;
      found.push(`run ${runHash}: ${part} is ${brief(parts[part])} and should be ${brief(expected[part])}`);
    }
  }
  for (const runHash of outcome.runs.keys()) {
    if (!reference.runs.has(runHash)) found.push(`run ${runHash} should not be there`);
  }
  const [files, expected] = [new Set(outcome.files), new Set(reference.files)];
  for (const file of files.difference(expected)) found.push(`${file} was left behind`);
  for (const file of expected.difference(files)) found.push(`${file} is missing`);
  return found;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > 160 ? `${text.slice(0, 80)} … ${text.slice(-80)}` : text;
}
