import { SaeLabError } from '@sae-lab/errors';
import { type DeviceInfo, useDevice } from '@sae-lab/kernels';
import { evaluateSae } from '../evaluation/evaluate-sae.ts';
import type { ActivationStore } from '../activations/index.ts';
import { foldScale } from '../sae/inference-sae.ts';
import { saveSae, saveSparsity } from '../sae/saelens-format.ts';
import { unlessStopped } from '../stop.ts';
import type { ExecuteRunArgs, RunControl, RunOutcome, RunSpec } from './run-spec.ts';
import { openRunActivations, trainingStatistics } from './run-activations.ts';
import { splitOf } from './run-rows.ts';
import { prepareRunFolder } from './prepare-run-folder.ts';
import { saeFolderOf } from './run-files.ts';
import { runLength } from './run-length.ts';
import { activationScale } from './activation-scale.ts';
import { divergenceOf } from './divergence.ts';
import { trainRun } from './train-run.ts';

/**
 * Trains, evaluates and saves one run, or resumes it from its checkpoint. On the CPU the same spec gives the same weights
 * bit for bit, interrupted or not.
 *
 * The checkpoint stays on disk until `discardCheckpoint`. If the caller crashes before it stores the outcome, the next
 * call only repeats the evaluation.
 *
 * @throws {SaeLabError} `activations.*` for unusable activations, `run.nothing-held-out`, `run.batch-too-large`,
 *   `run.too-long`, `variant.*` for a faulty variant, `files.*` if a file cannot be written
 */
export async function executeRun(args: ExecuteRunArgs, control: RunControl): Promise<RunOutcome> {
  const { spec, runFolder } = args;
  const backend = await useDevice({ device: args.device ?? 'cpu', threads: args.threads });
  const warn = (message: string): void => control.onEvent({ type: 'warning', message });
  for (const message of backend.warnings) warn(message);
  await prepareRunFolder(runFolder, warn);
  const store = await openRunActivations(args);
  // With windows, everything but training uses the first one: the others are not on disk at the same time.
  const sample = store.beginning(spec.training.windowRows ?? store.rows);
  await requireHeldOut(sample, spec);
  const statistics = await unlessStopped(trainingStatistics(sample, spec, control.signal));
  if (statistics === undefined) return { status: 'interrupted', step: 0 };
  const scale = activationScale(store.dIn, statistics, spec.training);
  const { training } = spec;
  const rows =
    training.windowRows === undefined || training.epochs === undefined
      ? statistics.rows
      : await store.countRows(splitOf(spec, 'train'));
  const length = runLength(training, rows, statistics.rows);
  control.onEvent({
    type: 'started',
    totalSteps: length.totalSteps,
    lossConvention: args.variant.lossConvention(spec.hyper),
    backend: nameOf(backend),
  });

  const trained = await trainRun(args, { store, sample, rows: statistics.rows, scale, ...length }, control);
  if (trained.status !== 'trained') return trained;

  const { steps, seconds } = trained;
  const saeFolder = saeFolderOf(runFolder);
  await control.beforeWrite?.();
  const { weights, config } = await saveSae(saeFolder, foldScale(trained.sae, scale), args.origin);
  const evaluation = await unlessStopped(evaluateSae(saeFolder, sample, spec.evaluation, control.signal));
  if (evaluation === undefined) return { status: 'interrupted', step: steps };
  const { figures, relativeError, histograms, density } = evaluation;
  // A step reports the loss of the weights before it, so only the evaluation shows that the last step broke them.
  const divergence = divergenceOf(steps - 1, figures, undefined, relativeError);
  if (divergence !== undefined) return { status: 'diverged', step: steps - 1, error: divergence.toJSON() };
  await control.beforeWrite?.();
  const sparsity = await saveSparsity(saeFolder, density);
  const artifacts = [
    { kind: 'sae' as const, ...weights },
    { kind: 'config' as const, ...config },
    { kind: 'sparsity' as const, ...sparsity },
  ];
  return { status: 'finished', steps, seconds, figures, histograms, artifacts };
}

/** Backend name as stored with the run. For a GPU it includes the adapter and library version: results depend on them. */
function nameOf({ device, name, runtime }: DeviceInfo): string {
  return device === 'cpu' ? name : `${name} (${runtime})`;
}

/** Checked before training. */
async function requireHeldOut(store: ActivationStore, spec: RunSpec): Promise<void> {
  if ((await store.countRows(splitOf(spec, 'held-out'))) > 0) return;
  throw new SaeLabError('run.nothing-held-out', {
    problem: 'no document is held out, so there is nothing to evaluate on',
    field: 'evaluation.holdout',
    received: String(spec.evaluation.holdout),
    fix: 'Extract more documents, or hold out a larger fraction.',
  });
}
