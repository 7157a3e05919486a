import {
  activationsById,
  artifactsOf,
  attemptClocks,
  attemptLogs,
  attemptsOfRun,
  curveNames,
  evaluationHistogramsOf,
  evaluationsOfRun,
  figuresOf,
  histogramsOf,
  listVariants,
  runById,
  runsOfSweep,
  runVersion,
  sizeOfSweep,
  sweepsOfRun,
  tagsOfRun,
  type Db,
  type Run,
  type VariantRow,
} from '@sae-lab/db/reading';
import { clockOf } from '../curves/run-clock.ts';
import { newestVersions } from '../evaluations/newest-versions.ts';
import { loadInteresting } from '../latents/load-interesting.ts';
import { placeOf } from './artifact-place.ts';
import { runConfigurations } from '../sweeps/configurations.ts';

export type RunDetails = NonNullable<Awaited<ReturnType<typeof loadRun>>>;

/** Everything that the page of a run shows; undefined if there is no such run. */
export async function loadRun(db: Db, runId: number) {
  // The version comes first: a change during the other queries then triggers a refresh.
  const version = await runVersion(db, runId);
  const run = await runById(db, runId);
  if (!run) return undefined;
  const variants = await listVariants(db);
  const sweeps = await sweepsOfRun(db, runId);
  const evaluations = await evaluationsOfRun(db, runId);
  const own = await histogramsOf(db, runId);
  const names = new Set(own.map(({ name }) => name));
  const others = await Promise.all(
    newestVersions(evaluations).map(({ id }) => evaluationHistogramsOf(db, id)),
  );
  return {
    version,
    run,
    coefficient: await coefficientOf(db, run, variants, sweeps),
    variantNames: [...new Set(variants.map(({ name }) => name))],
    variant: variants.find(
      ({ name, mathVersion }) => name === run.variant && mathVersion === run.mathVersion,
    ),
    sweeps,
    activations: await activationsById(db, run.activationsId),
    figures: await figuresOf(db, runId),
    /** All versions. */
    evaluations,
    /** Undefined if no evaluation describes them. */
    latents: await loadInteresting(db, { runId }),
    tags: await tagsOfRun(db, runId),
    attempts: await attemptsOfRun(db, runId),
    logs: await attemptLogs(db, runId, MOST_LOGS),
    clock: clockOf(await attemptClocks(db, [runId])),
    // An evaluation may have those of the run again.
    histograms: [...own, ...others.flat().filter(({ name }) => !names.has(name))],
    artifacts: await Promise.all(
      (await artifactsOf(db, runId)).map(async (file) => ({
        ...file,
        place: await placeOf(file, run.provenance),
      })),
    ),
    /** Their keys. The page reads the points itself. */
    curves: await curveNames(db, [runId]),
  };
}

/** Attempts whose logs are shown. */
const MOST_LOGS = 5;
/** The runs of a larger sweep are not read for the name of one of them. */
const MOST_SIBLINGS = 1000;

/**
 * What tells a run apart: its coefficient, and what else varies in its last sweep, as the page of that sweep has it. All
 * digits are written.
 */
async function coefficientOf(
  db: Db,
  run: Run,
  variants: readonly VariantRow[],
  [sweep]: Awaited<ReturnType<typeof sweepsOfRun>>,
): Promise<string> {
  const siblings =
    sweep !== undefined && (await sizeOfSweep(db, sweep.id)) <= MOST_SIBLINGS
      ? (await runsOfSweep(db, sweep.id)).filter(({ id }) => id !== run.id)
      : [];
  return runConfigurations([run, ...siblings], variants, { exact: true })[0]!.coefficient;
}
