import { SaeLabError } from '@sae-lab/errors';
import { type DeviceInfo, useDevice } from '@sae-lab/kernels';
import { evaluateSae } from '../evaluation/evaluate-sae.ts';
import { openActivations, type ActivationStore } from '../activations/index.ts';
import { foldScale } from '../sae/inference-sae.ts';
import { saveSae, saveSparsity } from '../sae/saelens-format.ts';
import { unlessStopped } from '../stop.ts';
import type { ExecuteRunArgs, RunControl, RunOutcome, RunSpec } from './run-spec.ts';
import { splitOf } from './run-rows.ts';
import { prepareRunFolder } from './prepare-run-folder.ts';
import { saeFolderOf } from './run-files.ts';
import { runLength } from './run-length.ts';
import { scaleOfActivations } from './check-activations.ts';
import { divergenceOf } from './divergence.ts';
import { trainRun } from './train-run.ts';

/**
 * Trains, evaluates and saves one run; goes on from its checkpoint where there is one. The same spec gives the
 * same weights bit for bit on the CPU, interrupted or not. The checkpoint stays until `discardCheckpoint`: what is returned may be
 * lost before it is stored, and then little need be trained again.
 *
 * @throws SaeLabError when the activations are unusable, the variant is at fault or the disk is full
 */
export async function executeRun(args: ExecuteRunArgs, control: RunControl): Promise<RunOutcome> {
  const { spec, runFolder } = args;
  const backend = await useDevice({ device: args.device ?? 'cpu', threads: args.threads });
  const warn = (message: string): void => control.onEvent({ type: 'warning', message });
  for (const message of backend.warnings) warn(message);
  await prepareRunFolder(runFolder, warn);
  const store = await openActivations(args.activationsFolder, { verify: 'sizes' });
  await requireHeldOut(store, spec);
  const statistics = await unlessStopped(store.statistics(splitOf(spec, 'train'), control.signal));
  if (statistics === undefined) return { status: 'interrupted', step: 0 };
  const scale = scaleOfActivations(store.dIn, statistics, spec.training);
  const length = runLength(spec.training, statistics.rows);
  control.onEvent({
    type: 'started',
    totalSteps: length.totalSteps,
    lossConvention: args.variant.lossConvention(spec.hyper),
    backend: nameOf(backend),
  });

  const trained = await trainRun(args, { store, rows: statistics.rows, scale, ...length }, control);
  if (trained.status !== 'trained') return trained;

  const { steps, seconds } = trained;
  const saeFolder = saeFolderOf(runFolder);
  const { weights, config } = await saveSae(saeFolder, foldScale(trained.sae, scale), args.origin);
  const evaluation = await unlessStopped(evaluateSae(saeFolder, store, spec.evaluation, control.signal));
  if (evaluation === undefined) return { status: 'interrupted', step: steps };
  const { metrics, relativeError, histograms, density } = evaluation;
  // The loss of a step is that of the weights before it: a last step that breaks them shows only here. What it is
  // evaluated on was found to be finite.
  const divergence = divergenceOf(steps - 1, metrics, undefined, relativeError);
  if (divergence !== undefined) return { status: 'diverged', step: steps - 1, error: divergence.toJSON() };
  const sparsity = await saveSparsity(saeFolder, density);
  const artifacts = [
    { kind: 'sae' as const, ...weights },
    { kind: 'config' as const, ...config },
    { kind: 'sparsity' as const, ...sparsity },
  ];
  return { status: 'finished', steps, seconds, metrics, histograms, artifacts };
}

/** As the run records it: with the adapter and the library's version, where results may depend on them. */
function nameOf({ device, name, runtime }: DeviceInfo): string {
  return device === 'cpu' ? name : `${name} (${runtime})`;
}

/** Found before anything is trained. */
async function requireHeldOut(store: ActivationStore, spec: RunSpec): Promise<void> {
  if ((await store.countRows(splitOf(spec, 'held-out'))) > 0) return;
  throw new SaeLabError('run.nothing-held-out', {
    problem: 'no document was held out, so there is nothing to evaluate on',
    field: 'evaluation.holdout',
    received: String(spec.evaluation.holdout),
    fix: 'Extract more documents, or hold out a larger fraction.',
  });
}
