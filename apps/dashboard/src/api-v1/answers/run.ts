import 'server-only';
import {
  activationsById,
  curveNames,
  evaluationHistogramsOf,
  evaluationsOfRun,
  figuresOf,
  histogramsOf,
  mainFigures,
  sweepsOfRun,
  tagsOfRun,
  type Db,
  type Run,
} from '@sae-lab/db/reading';
import { intervalsOf } from '../../evaluations/intervals-of.ts';
import { newestVersions } from '../../evaluations/newest-versions.ts';
import { sentNumber } from '../values.ts';
import { sentEvaluation } from './evaluations.ts';
import { filesOf, requireFinished } from './files.ts';

/** Everything that the API says of a run. */
export async function runAnswer(db: Db, run: Run) {
  const [evaluations, own, histograms, activations, tags, sweeps, curves, files] = await Promise.all([
    evaluationsOfRun(db, run.id),
    figuresOf(db, run.id),
    histogramsOf(db, run.id),
    activationsById(db, run.activationsId),
    tagsOfRun(db, run.id),
    sweepsOfRun(db, run.id),
    curveNames(db, [run.id]),
    filesOf(db, run),
  ]);
  const names = new Set(histograms.map(({ name }) => name));
  const evaluated = await Promise.all(
    newestVersions(evaluations).map(({ id }) => evaluationHistogramsOf(db, id)),
  );
  const figures = { ...mainFigures(evaluations, 'runId').get(run.id), ...own };
  return {
    id: run.id,
    hash: run.runHash,
    variant: run.variant,
    mathVersion: run.mathVersion,
    hyper: run.hyper,
    hook: run.hook,
    model: activations?.model ?? null,
    width: run.width,
    seed: run.seed,
    activationsId: run.activationsId,
    lossConvention: run.lossConvention,
    specification: run.config,
    status: run.status,
    attempt: run.attempt,
    step: run.step,
    totalSteps: run.totalSteps,
    divergedAtStep: run.divergedAtStep,
    error: run.error === null ? null : { code: run.error.code, message: run.error.message },
    queuedAt: run.queuedAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    seconds: run.seconds,
    provenance: run.provenance,
    notes: run.notes,
    tags,
    sweeps: sweeps.map(({ id, name }) => ({ id, name })),
    figures: mapped(figures, sentNumber),
    intervals: mapped(Object.fromEntries(intervalsOf(figures, evaluations)), ({ low, high }) => ({
      low: sentNumber(low),
      high: sentNumber(high),
    })),
    evaluations: evaluations.map(sentEvaluation),
    histograms: [...histograms, ...evaluated.flat().filter(({ name }) => !names.has(name))].map(
      ({ name, edges, counts }) => ({ name, edges: edges.map(sentNumber), counts }),
    ),
    curves,
    files,
  };
}

/**
 * What is needed to load the SAE of a run.
 *
 * @throws {SaeLabError} `api.no-sae`
 */
export async function runSaeAnswer(db: Db, run: Run) {
  requireFinished(run);
  const { id, runHash: hash, variant, hook, width, lossConvention } = run;
  const activations = await activationsById(db, run.activationsId);
  const model = activations?.model ?? null;
  return { run: id, hash, variant, hook, model, width, lossConvention, files: await filesOf(db, run) };
}

function mapped<From, To>(
  record: Readonly<Record<string, From>>,
  each: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, each(value)]));
}
