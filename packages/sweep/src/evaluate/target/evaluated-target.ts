import { join } from 'node:path';
import type { DownloadProgress, ExtractionProgress } from '@sae-lab/core/activations';
import {
  activationsById,
  listVariants,
  runsOfSweep,
  saesOfSweep,
  sweepsOfRun,
  type Db,
  type EvaluatedRun,
  type Run,
  type SaeRow,
  type Sweep,
} from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { configurationsOf } from '@sae-lab/measures';
import type { Requested } from '../../definition/requests.ts';
import {
  activationsSource,
  type ActivationsSource,
  type SourceDefinition,
} from '../../plan/activations-source.ts';
import { saePlace } from '../../run/sae-place.ts';
import { bringSaes } from '../../shared/bring-saes.ts';
import { bringActivations } from '../../shared/share-activations.ts';
import type { SharedFiles } from '../../shared/shared-files.ts';
import { textOf } from '../evaluate-sweep.ts';
import { activationsAreThere, isFirstWindow, windowIsGone } from '../activations-there.ts';
import type { EvaluatedHook, SubjectToEvaluate } from '../evaluated-hook.ts';
import { dataOfSae, windowRowsOf } from '../data-of-sae.ts';
import { loadStoredSae, storedSource } from '../stored-source.ts';
import { runSubject } from '../subjects.ts';
import type { Target } from './find-target.ts';
import { storedData } from './stored-data.ts';

/** What a target leads to: SAEs with their data, and how to make the data again. */
export interface EvaluatedTarget {
  readonly hooks: readonly EvaluatedHook[];
  /** The evaluations that the sweep asks for, with their settings. */
  readonly also: readonly Requested[];
  /** What the activations come from. */
  readonly source: SourceDefinition;
}

export interface TargetOptions {
  readonly db: Db;
  readonly dataDir: string;
  readonly shared: SharedFiles;
  readonly threads: number;
  readonly warn: (sentence: string) => void;
  readonly onDownload: (progress: DownloadProgress) => void;
}

/**
 * The SAEs of a sweep, that of one run, or another stored one, and the data that they are evaluated on.
 *
 * @throws {SaeLabError} `evaluation.no-target`, `evaluation.no-data`; `sae.*`, `hub.*` for an SAE that no run trained
 */
export async function evaluatedTarget(
  target: Exclude<Target, { kind: 'files' }>,
  options: TargetOptions,
): Promise<EvaluatedTarget> {
  const { db } = options;
  if (target.kind === 'sweep') {
    const { sweep } = target;
    return targetOf(sweep, await runsOfSweep(db, sweep.id), await saesOfSweep(db, sweep.id), options);
  }
  if (target.kind === 'sae') return targetOfSae(target.sae, options);
  const { run } = target;
  const [sweep] = await sweepsOfRun(db, run.id);
  if (sweep === undefined) {
    throw new SaeLabError('evaluation.no-data', {
      problem: `no sweep has the run ${run.runHash.slice(0, 8)} any more, so its model and documents are unknown`,
      fix: 'Run `pnpm sweep` with an experiment that has this run.',
    });
  }
  return targetOf(sweep, [run], [], options);
}

async function targetOf(
  sweep: Sweep,
  runs: readonly (Run | EvaluatedRun)[],
  saes: readonly SaeRow[],
  options: TargetOptions,
): Promise<EvaluatedTarget> {
  const { source, also } = storedData(sweep.definition, `the sweep ${sweep.name}`);
  const finished = runs.filter(({ status }) => status === 'finished');
  const subjects = await runSubjects(finished, options);
  const hooks: EvaluatedHook[] = [];
  for (const id of new Set(runs.map(({ activationsId }) => activationsId))) {
    const row = await activationsById(options.db, id);
    // Activations that were never made have no finished run.
    if (row === undefined) continue;
    hooks.push({
      hook: row.hook,
      dIn: row.dIn,
      activations: {
        id,
        folder: join(options.dataDir, row.folder),
        holdout: source.evaluation.holdout,
        firstRows: windowRowsOf(runs.find(({ activationsId }) => activationsId === id)!),
      },
      text: textOf(source),
      subjects: [
        ...finished.flatMap((run) => (run.activationsId === id ? (subjects.get(run.id) ?? []) : [])),
        ...saes.filter(({ hook }) => hook === row.hook).map(storedSae),
      ],
    });
  }
  return { hooks, also, source };
}

/** An SAE that no run trained, on what it was last evaluated on. */
async function targetOfSae(sae: SaeRow, { db, dataDir }: TargetOptions): Promise<EvaluatedTarget> {
  const { row, activations, source, also } = await dataOfSae(db, sae, dataDir);
  if (sae.kind === 'foreign') await loadStoredSae(sae);
  const { hook, dIn } = row;
  return {
    hooks: [{ hook, dIn, activations, text: textOf(source), subjects: [storedSae(sae)] }],
    also,
    source,
  };
}

async function runSubjects(
  runs: readonly Run[],
  { db, dataDir, shared, warn }: TargetOptions,
): Promise<Map<number, SubjectToEvaluate>> {
  const sparsity = new Map((await listVariants(db)).map((row) => [row.name, row.sparsity]));
  const configurations = configurationsOf(runs, ({ variant }) => sparsity.get(variant));
  const files = await bringSaes(
    db,
    runs.map(({ runHash }) => runHash),
    { dataDir, verify: false, shared },
  );
  const found = new Map<number, SubjectToEvaluate>();
  for (const [index, run] of runs.entries()) {
    const place = saePlace(dataDir, run, files.get(run.runHash));
    if (place === null || place.host !== undefined) continue;
    const { id: runId, runHash, variant, width, seed } = run;
    const { coefficient } = configurations[index]!;
    found.set(runId, runSubject({ runId, runHash, variant, coefficient, width, seed }, place.folder));
  }
  const away = runs.length - found.size;
  if (away > 0) {
    warn(
      `The files of ${away} finished ${away === 1 ? 'run' : 'runs'} are not in this data folder, so they are not evaluated.`,
    );
  }
  return found;
}

function storedSae(row: SaeRow): SubjectToEvaluate {
  const { id, saeHash, name, width } = row;
  return {
    subject: { saeId: id },
    label: { saeId: id, saeHash, sae: name },
    source: storedSource(row),
    width,
  };
}

/**
 * Makes the activations of these hooks that are not on disk any more.
 *
 * @throws {SaeLabError} `evaluation.no-activations`, and what making them throws
 */
export async function remakeActivations(
  source: SourceDefinition,
  hooks: readonly EvaluatedHook[],
  options: TargetOptions & { signal: AbortSignal; onProgress: (progress: ExtractionProgress) => void },
): Promise<void> {
  const gone: EvaluatedHook[] = [];
  const { store } = options.shared;
  for (const one of hooks) {
    if (await activationsAreThere(one.activations)) continue;
    const isBrought =
      store !== undefined && (await bringActivations(store, one.activations, options.signal, options.warn));
    if (!isBrought) gone.push(one);
  }
  if (gone.length === 0) return;
  const streamed = gone.filter(({ activations: { id, folder } }) => isFirstWindow(folder, id));
  if (streamed.length > 0) throw windowIsGone(streamed.map(({ hook }) => hook));
  const made: ActivationsSource = activationsSource(source, options);
  const planned = new Set((await made.plan(options.warn)).map(({ id }) => id));
  const changed = gone.find(({ activations }) => !planned.has(activations.id));
  if (changed !== undefined) {
    throw new SaeLabError('evaluation.no-activations', {
      problem: 'the activations are gone, and the model or the dataset has changed since they were made',
      field: changed.activations.folder,
      expected: 'the activations, or the files that they were made from',
      fix: 'Restore the files. Otherwise run `pnpm sweep` with the experiment again, which trains on the new ones.',
    });
  }
  await made.make(
    gone.map(({ hook }) => hook),
    options,
  );
}
