import { setImmediate } from 'node:timers/promises';
import { SaeLabError } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import type { ActivationStore, BatchStream } from '../activations/index.ts';
import { seeded } from '../random/seeded.ts';
import type { InferenceSae } from '../sae/inference-sae.ts';
import { writeCheckpoint } from '../training/checkpoint.ts';
import { hostTensors } from '../training/host-tensors.ts';
import { MOST_STEPS, totalSteps } from '../training/training-settings.ts';
import { Trainer } from '../training/trainer.ts';
import { freshState, type TrainerState } from '../training/trainer-state.ts';
import { beginTraining } from './begin-training.ts';
import { divergenceOf } from './divergence.ts';
import { logSchedule } from './log-schedule.ts';
import { MetricsLog } from './metrics-log.ts';
import { runHash, type ExecuteRunArgs, type RunControl, type RunOutcome } from './run-spec.ts';
import { part } from './run-rows.ts';

/** Progress is told this often. */
const PROGRESS_SECONDS = 0.5;
/** Rows that a variant's initialisation sees. */
const SAMPLE_ROWS = 4096;

interface TrainRunArgs extends ExecuteRunArgs {
  /** Path of the run's checkpoint. */
  checkpoint: string;
  store: ActivationStore;
  /** Training rows. */
  rows: number;
  /** Activations are multiplied by this. */
  scale: number;
  backend: string;
}

type Trained =
  | { status: 'trained'; sae: InferenceSae; steps: number; seconds: number }
  | Extract<RunOutcome, { status: 'interrupted' | 'diverged' }>;

/** Trains one run from its beginning or its checkpoint; the SAE returned is one for scaled activations. */
export async function trainRun(args: TrainRunArgs, { onEvent, signal }: RunControl): Promise<Trained> {
  const { spec, variant, store, rows, scale } = args;
  const { hyper, training, dSae, seed } = spec;
  const batchSize = training.batchSize === 'all' ? rows : training.batchSize;
  if (batchSize > rows) throw batchTooLarge(batchSize, rows);
  const steps = totalSteps(training, batchSize, rows);
  if (steps > MOST_STEPS) throw tooLong(steps);
  onEvent({
    type: 'started',
    totalSteps: steps,
    lossConvention: variant.lossConvention(hyper),
    backend: args.backend,
  });

  const hash = runHash(spec);
  const split = part(spec, 'train');
  const {
    state: begun,
    stream,
    ...before
  } = await beginTraining(
    { checkpoint: args.checkpoint, runHash: hash, initial: await initialState(args) },
    (position) => store.trainingBatches({ batchSize, split, seed, position }),
    onEvent,
  );
  const plan = { variant, hyper, dSae, training, batchSize, totalSteps: steps, seed };
  const trainer = new Trainer(plan, begun);
  const firstStep = begun.step;
  if (before.resumed) onEvent({ type: 'resumed', step: firstStep, series: before.curves });

  const metrics = new MetricsLog(before.curves, (series) => onEvent({ type: 'metrics', series }));
  const schedule = logSchedule(steps);
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  const seconds = (): number => before.seconds + elapsed();
  let checkpointed = 0;
  let reported = 0;
  const save = async (): Promise<void> => {
    metrics.flush();
    const { state } = trainer;
    const { curves } = metrics;
    const checkpoint = { state, position: stream.position(), seconds: seconds(), curves };
    await writeCheckpoint(args.checkpoint, hash, checkpoint);
    checkpointed = elapsed();
  };

  try {
    for (let step = firstStep; step < steps; step++) {
      // A step is one long computation: without this turn of the event loop no message of a parent would arrive.
      await setImmediate();
      if (signal.aborted) {
        await save();
        return { status: 'interrupted', step };
      }
      const x = await nextBatch(stream, [batchSize, store.dIn], scale);
      const report = await trainer.step(x, schedule.measures(step)).finally(() => x.dispose());
      metrics.add(step, schedule.logged(step, report.metrics));
      if (elapsed() - reported > PROGRESS_SECONDS || step === steps - 1) {
        reported = elapsed();
        const stepsPerSecond = (step + 1 - firstStep) / reported;
        onEvent({
          type: 'progress',
          step: step + 1,
          totalSteps: steps,
          tokensPerSecond: stepsPerSecond * batchSize,
          secondsLeft: (steps - step - 1) / stepsPerSecond,
        });
      }
      const measured = { loss: report.loss, ...report.metrics };
      const divergence = divergenceOf(step, measured, report.notFinite, report.exploded ?? 0);
      if (divergence !== undefined) {
        metrics.flush();
        return { status: 'diverged', step, error: divergence.toJSON() };
      }
      if (elapsed() - checkpointed > (args.checkpointSeconds ?? 60)) await save();
    }
    // Kept until the result is stored: whatever interrupts the evaluation costs no training.
    if (firstStep < steps) await save();
    const { params, state } = trainer.state;
    const sae = variant.toInference(await hostTensors(params), hyper, await hostTensors(state));
    return { status: 'trained', sae, steps, seconds: seconds() };
  } finally {
    trainer.dispose();
    await stream.close();
  }
}

/** What the variant makes of the first rows of the run's own stream. */
async function initialState({ spec, variant, store, rows, scale }: TrainRunArgs): Promise<TrainerState> {
  const { hyper, dSae, seed } = spec;
  const { dIn } = store;
  const batchSize = Math.min(SAMPLE_ROWS, rows);
  const stream = store.trainingBatches({ batchSize, split: part(spec, 'train'), seed });
  const data = (await stream.next()).map((value) => value * scale);
  await stream.close();
  const sample = { shape: [batchSize, dIn], data };
  return freshState(variant, { dIn, dSae, hyper, sample, random: seeded(seed, 'init') });
}

async function nextBatch(stream: BatchStream, shape: [number, number], scale: number): Promise<tf.Tensor2D> {
  const batch = await stream.next();
  return tf.tidy(() => tf.mul(tf.tensor2d(batch, shape), scale));
}

function batchTooLarge(batchSize: number, rows: number): SaeLabError {
  return new SaeLabError('run.batch-too-large', {
    problem: 'a batch would hold the same activations more than once',
    field: 'training.batchSize',
    expected: `at most the ${rows} training activations, or 'all'`,
    received: String(batchSize),
    fix: 'Lower the batch size or extract more activations.',
  });
}

function tooLong(steps: number): SaeLabError {
  return new SaeLabError('run.too-long', {
    problem: 'the run would have too many steps',
    field: 'training',
    expected: `at most ${MOST_STEPS} steps`,
    received: String(steps),
    fix: 'Lower tokens or epochs, or raise the batch size.',
  });
}
