import { existsSync } from 'node:fs';
import { SaeLabError } from '@sae-lab/errors';
import type { BatchStream, StreamPosition } from '../activations/index.ts';
import { setAside } from '../files/set-aside.ts';
import { readCheckpoint, type Checkpoint } from '../training/checkpoint.ts';
import type { Curves } from '../training/curves.ts';
import { disposeState, type StateLayout, type TrainerState } from '../training/trainer-state.ts';
import type { RunEvent } from './run-spec.ts';

/** Error codes of a checkpoint that a run cannot resume from. */
const UNUSABLE = ['checkpoint.malformed', 'safetensors.malformed', 'activations.other-stream'];

interface BeginArgs {
  /** Path of the checkpoint. */
  checkpoint: string;
  runHash: string;
  /** Called only if there is a checkpoint. */
  layout: () => StateLayout;
  /** Called only if there is no usable checkpoint; gets the stream before its first batch. */
  initialise: (stream: BatchStream) => Promise<TrainerState>;
  openStream: (position?: StreamPosition) => BatchStream;
}

interface Beginning {
  state: TrainerState;
  stream: BatchStream;
  /** Seconds of training so far. */
  seconds: number;
  /** What was logged so far. */
  curves: Curves;
  resumed: boolean;
}

/**
 * Resumes a run from its checkpoint, or starts it. An unusable checkpoint is renamed, with a warning, and the run
 * starts over.
 */
export async function beginTraining(args: BeginArgs, onEvent: (event: RunEvent) => void): Promise<Beginning> {
  const { checkpoint, runHash, openStream } = args;
  let found: Checkpoint | undefined;
  try {
    found = existsSync(checkpoint) ? await readCheckpoint(checkpoint, runHash, args.layout()) : undefined;
    if (found !== undefined) {
      const { state, position, seconds, curves } = found;
      return { state, stream: openStream(position), seconds, curves, resumed: true };
    }
  } catch (error) {
    if (!(error instanceof SaeLabError) || !UNUSABLE.includes(error.code)) throw error;
    const aside = await setAside(checkpoint);
    if (found !== undefined) disposeState(found.state);
    const fix = `It was renamed to ${aside}, and the run starts over.`;
    const { message } = new SaeLabError(error.code, { ...error.details, field: checkpoint, fix });
    onEvent({ type: 'warning', message });
  }
  const stream = openStream();
  try {
    return { state: await args.initialise(stream), stream, seconds: 0, curves: {}, resumed: false };
  } catch (error) {
    await stream.close();
    throw error;
  }
}
