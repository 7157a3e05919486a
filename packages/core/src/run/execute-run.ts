import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { useCpuBackend } from '@sae-lab/kernels';
import { evaluate, type Evaluation } from '../evaluation/evaluate.ts';
import { openActivations, type ActivationStore } from '../extraction/index.ts';
import { foldScale, type InferenceSae } from '../sae/inference-sae.ts';
import { LoadedSae } from '../sae/loaded-sae.ts';
import { saveSae, type SaeOrigin } from '../sae/saelens-format.ts';
import { removeCheckpoint } from '../training/checkpoint.ts';
import type { Variant } from '../variant/contract.ts';
import type { RunEvent, RunOutcome, RunSpec } from './run-spec.ts';
import { part } from './split.ts';
import { trainRun } from './train-run.ts';

export interface ExecuteRunArgs {
  spec: RunSpec;
  variant: Variant;
  activationsFolder: string;
  /** The run's own folder: its checkpoint while it trains, `sae/` when it has finished. */
  runFolder: string;
  origin: SaeOrigin;
  threads: number;
  /** A checkpoint is written this often, and when the run is interrupted. Default 60. */
  checkpointSeconds?: number;
}

export interface RunControl {
  onEvent: (event: RunEvent) => void;
  /** Asks the run to write a checkpoint after the current step and answer 'interrupted'. */
  signal: AbortSignal;
}

/**
 * Trains, evaluates and saves one run; goes on from its checkpoint where there is one. The same spec gives the
 * same weights bit for bit, interrupted or not.
 *
 * @throws SaeLabError when the activations are unusable, the variant is at fault or the disk is full
 */
export async function executeRun(args: ExecuteRunArgs, control: RunControl): Promise<RunOutcome> {
  const { spec, runFolder } = args;
  const backend = await useCpuBackend({ threads: args.threads });
  for (const message of backend.warnings) control.onEvent({ type: 'warning', message });
  await mkdir(runFolder, { recursive: true });
  const store = await openActivations(args.activationsFolder, { verify: 'sizes' });
  const { rows, meanSquaredNorm } = await store.statistics(part(spec, 'train'));
  const scale = spec.training.normalize ? Math.sqrt(store.dIn / meanSquaredNorm) : 1;

  const checkpoint = join(runFolder, 'checkpoint.safetensors');
  const training = { ...args, checkpoint, store, rows, scale, backend: backend.name };
  const trained = await trainRun(training, control);
  if (trained.status !== 'trained') return trained;

  const sae = foldScale(trained.sae, scale);
  const { metrics, histograms, density } = await evaluateHeldOut(sae, store, spec);
  const weights = await saveSae(join(runFolder, 'sae'), sae, args.origin, density);
  await removeCheckpoint(checkpoint);
  const { steps, seconds } = trained;
  return {
    status: 'finished',
    steps,
    seconds,
    metrics,
    histograms,
    artifacts: [{ kind: 'sae', ...weights }],
  };
}

async function evaluateHeldOut(
  sae: InferenceSae,
  store: ActivationStore,
  spec: RunSpec,
): Promise<Evaluation> {
  const { batchSize, maxTokens, holdout } = spec.evaluation;
  const split = part(spec, 'held-out');
  const loaded = new LoadedSae(sae);
  try {
    const evaluation = await evaluate(
      loaded,
      store.sequentialBatches({ batchSize, split, maxRows: maxTokens }),
    );
    if (evaluation.metrics['evaluation_tokens'] !== 0) return evaluation;
  } finally {
    loaded.dispose();
  }
  throw new SaeLabError('run.nothing-held-out', {
    problem: 'no document was held out, so there is nothing to evaluate on',
    field: 'evaluation.holdout',
    received: String(holdout),
    fix: 'Extract more documents, or hold out a larger fraction.',
  });
}
