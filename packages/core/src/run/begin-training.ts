import { SaeLabError } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import type { BatchStream, StreamPosition } from '../activations/index.ts';
import { setAside } from '../files/set-aside.ts';
import { readCheckpoint, type Checkpoint } from '../training/checkpoint.ts';
import type { Curves } from '../training/curves.ts';
import type { TrainerState } from '../training/trainer-state.ts';
import type { RunEvent } from './run-spec.ts';

/** Codes of a checkpoint that nothing can be begun with. */
const UNUSABLE = ['checkpoint.malformed', 'safetensors.malformed', 'activations.other-stream'];

interface Beginning {
  state: TrainerState;
  stream: BatchStream;
  /** Seconds of training so far. */
  seconds: number;
  /** What was logged before. */
  curves: Curves;
  resumed: boolean;
}

/**
 * Where a run begins or goes on. A checkpoint that cannot be used does not cost the run: it is set aside for whoever
 * wants to know what became of it, with a warning, and the run begins afresh.
 *
 * @param initial what a run begins with; disposed where there is a checkpoint
 */
export async function beginTraining(
  { checkpoint, runHash, initial }: { checkpoint: string; runHash: string; initial: TrainerState },
  openStream: (position?: StreamPosition) => BatchStream,
  onEvent: (event: RunEvent) => void,
): Promise<Beginning> {
  let found: Checkpoint | undefined;
  try {
    found = await readCheckpoint(checkpoint, runHash, initial);
    if (found !== undefined) {
      const { state, position, seconds, curves } = found;
      const stream = openStream(position);
      dispose(initial);
      return { state, stream, seconds, curves, resumed: true };
    }
  } catch (error) {
    if (!(error instanceof SaeLabError) || !UNUSABLE.includes(error.code)) throw error;
    const aside = await setAside(checkpoint);
    if (found !== undefined) dispose(found.state);
    const fix = `It is kept as ${aside}, and the run begins again.`;
    const { message } = new SaeLabError(error.code, { ...error.details, field: checkpoint, fix });
    onEvent({ type: 'warning', message });
  }
  return { state: initial, stream: openStream(), seconds: 0, curves: {}, resumed: false };
}

function dispose({ params, moments, state }: TrainerState): void {
  tf.dispose([params, moments, state]);
}
