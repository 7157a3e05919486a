import { extractedWith, TextSae } from '@sae-lab/core/text';
import { activationsById, runById, sweepsOfRun, type Database, type Run } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { bringSaes, checkFinishedFiles, openSharedFiles, saePlace } from '@sae-lab/sweep/files';
import { modelSource, storedData } from '@sae-lab/sweep/source';
import type { SaeSource } from './sae-source.ts';

/** A reader waits for the answer: a store that is away is reported soon. */
const PATIENCE_SECONDS = 5;

/**
 * The SAE of a run, with the model that its activations come from.
 *
 * @throws {SaeLabError} `text.no-sae`, `text.no-model`, `evaluation.no-data`
 */
export async function runSource(database: Database, runId: number, dataDir: string): Promise<SaeSource> {
  const { db } = database;
  const run = await runById(db, runId);
  if (run === undefined || run.status !== 'finished') throw noSae(runId, run?.status);
  const activations = await activationsById(db, run.activationsId);
  if (activations === undefined) throw noData(run);
  const extracted = extractedWith(activations.manifest);
  if (extracted === undefined) throw noModel(run);
  const [sweep] = await sweepsOfRun(db, runId);
  if (sweep === undefined) throw noData(run);
  const { source } = storedData(sweep.definition, `the sweep ${sweep.name}`);
  if (source.model === undefined) throw noModel(run);
  const { graphSha256, tokenizerSha256 } = extracted.model;
  return {
    subject: { runId },
    name: `run ${runId}`,
    hash: run.runHash,
    model: modelSource(source.model),
    hook: { name: run.hook, graphSha256, tokenizerSha256 },
    settings: extracted.settings,
    load: async () => TextSae.load(await saeFolder(database, run, dataDir)),
  };
}

/**
 * The folder of a run's SAE. Brings it from the store if it is only there.
 *
 * @throws {SaeLabError} `text.no-sae`, `store.*`
 */
async function saeFolder(database: Database, run: Run, dataDir: string): Promise<string> {
  const check = { dataDir, verify: false };
  const here = saePlace(
    dataDir,
    run,
    (await checkFinishedFiles(database.db, [run.runHash], check)).get(run.runHash),
  );
  // Files that are here are read while the store is away, too.
  if (here !== null && here.host === undefined) return here.folder;
  const shared = await openSharedFiles(database, {
    dataDir,
    readOnly: true,
    patienceSeconds: PATIENCE_SECONDS,
  });
  try {
    const files = await bringSaes(database.db, [run.runHash], { ...check, shared });
    const place = saePlace(dataDir, run, files.get(run.runHash));
    if (place !== null && place.host === undefined) return place.folder;
    throw new SaeLabError('text.no-sae', {
      problem: `the files of run ${run.id} are not in this data folder`,
      field: dataDir,
      expected: 'the SAE of a finished run',
      ...(place?.host !== undefined && { received: `files on ${place.host}` }),
      fix: 'Start the dashboard on the machine that has them, or set SAE_LAB_STORE.',
    });
  } finally {
    shared.close();
  }
}

function noSae(runId: number, status: string | undefined): SaeLabError {
  return new SaeLabError('text.no-sae', {
    problem: status === undefined ? `the database has no run ${runId}` : `run ${runId} has no SAE yet`,
    field: 'run',
    expected: 'a finished run',
    received: status ?? 'an unknown run',
    fix: status === undefined ? 'Choose another run.' : 'Wait until it has finished, or choose another run.',
  });
}

function noModel(run: Run): SaeLabError {
  return new SaeLabError('text.no-model', {
    problem: `the activations of run ${run.id} were not extracted from a language model, so it cannot read text`,
    field: `hook ${run.hook}`,
    expected: 'a run on the activations of a language model',
    received: 'synthetic or imported activations',
    fix: 'Choose a run of a sweep with a model.',
  });
}

function noData(run: Run): SaeLabError {
  return new SaeLabError('text.no-model', {
    problem: `no sweep has run ${run.id} any more, so its model is unknown`,
    field: `run ${run.id}`,
    expected: 'a run of a stored sweep',
    fix: 'Run `pnpm sweep` with an experiment that has this run.',
  });
}
