import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import { placeOf, type ActivationStore, type BatchStream } from '../activations/index.ts';
import { seeded } from '../random/seeded.ts';
import type { InferenceSae } from '../sae/inference-sae.ts';
import { writeCheckpoint } from '../training/checkpoint.ts';
import { hostTensors } from '../training/host-tensors.ts';
import { freshState, stateLayout, type TrainerState } from '../training/trainer-state.ts';
import { Trainer } from '../training/trainer.ts';
import { beginTraining } from './begin-training.ts';
import { divergenceOf } from './divergence.ts';
import { HeldOutCurve } from './held-out-curve.ts';
import { logSchedule } from './log-schedule.ts';
import { CurveLog } from './curve-log.ts';
import { checkpointOf } from './run-files.ts';
import type { RunLength } from './run-length.ts';
import { splitOf } from './run-rows.ts';
import { runHash, type ExecuteRunArgs, type RunControl, type RunOutcome } from './run-spec.ts';

/** Interval between progress events. */
const PROGRESS_SECONDS = 0.5;
const CHECKPOINT_SECONDS = 60;
/** Rows that a variant's initialisation sees. */
const SAMPLE_ROWS = 4096;

/** What a run trains on, and for how long. */
interface TrainingData extends RunLength {
  readonly store: ActivationStore;
  /** What everything but training reads: all activations, or the first window. */
  readonly sample: ActivationStore;
  /** Training activations. */
  readonly rows: number;
  /** Factor that normalises the activations. */
  readonly scale: number;
}

type Trained =
  | { status: 'trained'; sae: InferenceSae; steps: number; seconds: number }
  | Extract<RunOutcome, { status: 'interrupted' | 'paused' | 'diverged' }>;

/** Trains one run, from its checkpoint if it has one. The returned SAE is for scaled activations. */
export async function trainRun(
  args: ExecuteRunArgs,
  { store, sample, rows, scale, batchSize, totalSteps }: TrainingData,
  { onEvent, signal, beforeWrite }: RunControl,
): Promise<Trained> {
  const { spec, variant, checkpointSeconds = CHECKPOINT_SECONDS } = args;
  const { hyper, training, dSae, seed } = spec;
  const { dIn } = store;
  const hash = runHash(spec);
  const checkpoint = checkpointOf(args.runFolder);
  const split = splitOf(spec, 'train');
  const heldOut = await HeldOutCurve.open(sample, spec, { scale, batchSize, totalSteps });
  const { stream, ...beginning } = await beginTraining(
    {
      checkpoint,
      runHash: hash,
      layout: () => stateLayout(variant, { dIn, dSae, hyper }),
      initialise: (opened) => initialState(args, opened, { rows: Math.min(SAMPLE_ROWS, rows), dIn, scale }),
      openStream: (position) =>
        store.trainingBatches({ batchSize, split, seed, scale, position, windowRows: training.windowRows }),
    },
    onEvent,
  );
  const trainer = new Trainer(
    { variant, hyper, dSae, training, batchSize, totalSteps, seed },
    beginning.state,
  );
  const firstStep = beginning.state.step;
  if (beginning.resumed) onEvent({ type: 'resumed', step: firstStep, curves: beginning.curves });

  const log = new CurveLog(beginning.curves, (curves) => onEvent({ type: 'curves', curves }));
  const schedule = logSchedule(totalSteps);
  const sae = async (): Promise<InferenceSae> => {
    const { params, state } = trainer.state;
    return variant.toInference(await hostTensors(params), hyper, await hostTensors(state));
  };
  let start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  const seconds = (): number => beginning.seconds + elapsed();
  let checkpointed = 0;
  let reported = 0;
  const save = async (): Promise<void> => {
    log.flush();
    const { curves } = log;
    await beforeWrite?.();
    await writeCheckpoint(checkpoint, hash, {
      state: trainer.state,
      position: stream.position(),
      seconds: seconds(),
      curves,
    });
    checkpointed = elapsed();
    onEvent({ type: 'checkpoint', step: trainer.state.step });
  };

  try {
    for (let step = firstStep; step < totalSteps; step++) {
      // A step is one long computation. Without this turn of the event loop, messages of the parent would not arrive.
      await setImmediate();
      if (signal.aborted) {
        await save();
        return { status: 'interrupted', step };
      }
      if (!(await stream.ready())) {
        await save();
        return { status: 'paused', step, next: placeOf(stream.position()) };
      }
      const before = performance.now();
      const heldOutPoint = heldOut.isDue(step) ? await heldOut.measure(await sae()) : {};
      // It is not training time.
      start += performance.now() - before;
      const x = tf.tensor2d(await stream.next(), [batchSize, dIn]);
      const report = await trainer.step(x, schedule.measures(step)).finally(() => x.dispose());
      log.add(step, { ...schedule.logged(step, report.values), ...heldOutPoint });
      if (elapsed() - reported > PROGRESS_SECONDS || step === totalSteps - 1) {
        reported = elapsed();
        const stepsPerSecond = (step + 1 - firstStep) / reported;
        onEvent({
          type: 'progress',
          step: step + 1,
          totalSteps,
          tokensPerSecond: stepsPerSecond * batchSize,
          secondsLeft: (totalSteps - step - 1) / stepsPerSecond,
        });
      }
      const measured = { loss: report.loss, ...report.values };
      const divergence = divergenceOf(step, measured, report.notFinite, report.exploded ?? 0);
      if (divergence !== undefined) {
        log.flush();
        return { status: 'diverged', step, error: divergence.toJSON() };
      }
      if (elapsed() - checkpointed > checkpointSeconds) await save();
    }
    // Kept until the result is stored, so an interrupted evaluation costs no training.
    if (firstStep < totalSteps) await save();
    return { status: 'trained', sae: await sae(), steps: totalSteps, seconds: seconds() };
  } finally {
    trainer.dispose();
    await stream.close();
  }
}

/** The variant's initialisation, on the first rows that the run will train on. */
async function initialState(
  { spec, variant }: ExecuteRunArgs,
  stream: BatchStream,
  { rows, dIn, scale }: { rows: number; dIn: number; scale: number },
): Promise<TrainerState> {
  const { hyper, dSae, seed } = spec;
  const data = (await stream.peek(rows)).map((value) => value * scale);
  const sample = { shape: [rows, dIn], data };
  return freshState(variant, { dIn, dSae, hyper, sample, random: seeded(seed, 'init') });
}
