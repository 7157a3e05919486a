import { mainFigures, type Db, type EvaluationRow } from '@sae-lab/db';
import {
  activationsById,
  curvesOf,
  evaluationsOfRun,
  figuresOf,
  histogramsOf,
  type Curve,
  type Histogram,
  type Run,
} from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { bringSaes, openSharedFilesToRead, saePlace } from '@sae-lab/sweep/files';

/** A finished run with everything that is published of it. */
export interface SharedRun {
  readonly run: Run;
  /** Those of its training and of its evaluations, as the tables choose them. */
  readonly figures: Readonly<Record<string, number>>;
  readonly evaluations: readonly EvaluationRow[];
  readonly histograms: readonly Histogram[];
  readonly curves: ReadonlyMap<string, Curve>;
  /** The activations that it was trained on, if the database has them. */
  readonly activations: Awaited<ReturnType<typeof activationsById>>;
  /** The folder of its SAE. */
  readonly saeFolder: string;
}

/**
 * Reads a run's results and locates its files.
 *
 * @throws {SaeLabError} `share.missing-files`
 */
export async function readSharedRun(db: Db, dataDir: string, run: Run): Promise<SharedRun> {
  const { runHash } = run;
  const shared = await openSharedFilesToRead({ db }, { dataDir });
  const places = await bringSaes(db, [runHash], { dataDir, verify: true, shared }).finally(() =>
    shared.close(),
  );
  const files = places.get(runHash);
  const place = saePlace(dataDir, run, files);
  if (place === null || place.host !== undefined) {
    throw new SaeLabError('share.missing-files', {
      problem:
        place === null ? 'the files of the run are missing or damaged' : 'the files are on another machine',
      field: `run ${runHash}`,
      received: place === null ? problemOf(files) : `${place.folder} on ${place.host}`,
      fix: 'Train the run again with `pnpm sweep`, or give the data folder that has the files.',
    });
  }
  const [own, evaluations, histograms, curves, activations] = await Promise.all([
    figuresOf(db, run.id),
    evaluationsOfRun(db, run.id),
    histogramsOf(db, run.id),
    curvesOf(db, run.id),
    activationsById(db, run.activationsId),
  ]);
  const figures = { ...mainFigures(evaluations, 'runId').get(run.id), ...own };
  return { run, figures, evaluations, histograms, curves, activations, saeFolder: place.folder };
}

function problemOf(files: Parameters<typeof saePlace>[2]): string {
  return files?.state === 'missing' ? files.problem : 'no files';
}
