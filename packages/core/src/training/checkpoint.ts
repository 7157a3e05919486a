/** A run's state on disk: one safetensors file, replaced whole, so that there is always a last good one. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { SaeLabError } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import { readSafetensors, writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import type { StreamPosition } from '../extraction/index.ts';
import type { Params } from '../variant/contract.ts';
import type { TrainerState } from './trainer.ts';

const FORMAT = 'sae-lab checkpoint 1';
const DEAD = 'dead.tokens_since_fired';

export interface Checkpoint {
  state: TrainerState;
  /** Where the batches go on. */
  position: StreamPosition;
  /** Seconds of training so far. */
  seconds: number;
}

/** Identity of the run, so that a checkpoint of another run in the same folder is not taken for its own. */
export async function writeCheckpoint(path: string, runId: string, checkpoint: Checkpoint): Promise<void> {
  const { state, position, seconds } = checkpoint;
  const tensors: Record<string, FileTensor> = {
    [DEAD]: { dtype: 'F64', shape: [state.tokensSinceFired.length], data: state.tokensSinceFired },
  };
  for (const [group, params] of Object.entries(groups(state))) {
    for (const [name, tensor] of Object.entries(params)) {
      const data = (await tensor.data()) as Float32Array;
      tensors[`${group}.${name}`] = { dtype: 'F32', shape: tensor.shape, data };
    }
  }
  const metadata = {
    format: FORMAT,
    run: runId,
    step: String(state.step),
    position: JSON.stringify(position),
    seconds: String(seconds),
  };
  await writeSafetensors(path, tensors, metadata);
}

/**
 * @returns undefined where there is none of this run
 * @throws SaeLabError `checkpoint.malformed` or `safetensors.malformed`
 */
export async function readCheckpoint(path: string, runId: string): Promise<Checkpoint | undefined> {
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = await readSafetensors(path);
  if (metadata['format'] !== FORMAT || metadata['run'] !== runId) return undefined;
  const dead = tensors[DEAD];
  const step = Number(metadata['step']);
  if (dead === undefined || !Number.isSafeInteger(step)) {
    throw new SaeLabError('checkpoint.malformed', {
      problem: 'the checkpoint lacks the step or the dead-latent counts',
      field: path,
      fix: 'Delete the file: the run then starts again.',
    });
  }
  const group = (prefix: string): Params => {
    const members = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}.`));
    return Object.fromEntries(
      members.map(([name, { data, shape }]) => [
        name.slice(prefix.length + 1),
        tf.tensor(data as Float32Array, shape),
      ]),
    );
  };
  return {
    state: {
      step,
      params: group('params'),
      moments: { m: group('adam_m'), v: group('adam_v') },
      state: group('state'),
      tokensSinceFired: dead.data as Float64Array,
    },
    position: JSON.parse(metadata['position'] ?? 'null') as StreamPosition,
    seconds: Number(metadata['seconds']),
  };
}

export async function removeCheckpoint(path: string): Promise<void> {
  await rm(path, { force: true });
}

function groups({ params, moments, state }: TrainerState): Record<string, Params> {
  return { params, adam_m: moments.m, adam_v: moments.v, state };
}
