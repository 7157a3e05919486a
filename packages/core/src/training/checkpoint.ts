/**
 * A run's state on disk: one safetensors file, replaced whole, so that there is always a last good one. It carries
 * a checksum of itself, since a run that went on from other numbers would end at another result unnoticed.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { canonicalJson } from '../files/content-hash.ts';
import { readSafetensors, writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import type { StreamPosition } from '../activations/index.ts';
import type { Params } from '../variant/contract.ts';
import { curvesIn, curveTensors, isCurve, type Curves } from './curves.ts';
import type { TrainerState } from './trainer-state.ts';

const FORMAT = 'sae-lab checkpoint 3';
const DEAD = 'dead.tokens_since_fired';
const DTYPES = { float32: 'F32', int32: 'I32', bool: 'U8' } as const;

export interface Checkpoint {
  state: TrainerState;
  /** Where the batches go on. */
  position: StreamPosition;
  /** Seconds of training so far. */
  seconds: number;
  /**
   * All that was logged so far. Whoever was told of it may have lost it, being killed before it was stored; the points
   * would then be missing for ever.
   */
  curves: Curves;
}

const count = z.int().nonnegative();
const progressSchema = z.strictObject({
  step: count,
  position: z.strictObject({
    epoch: count,
    chunk: count,
    row: count,
    seed: z.int(),
    blocksPerChunk: z.int().positive(),
  }),
  seconds: z.number().nonnegative(),
});

/** @param runHash identity of the run, so that a checkpoint of another one in the same folder is not taken for its own */
export async function writeCheckpoint(path: string, runHash: string, checkpoint: Checkpoint): Promise<void> {
  const { state, position, seconds, curves } = checkpoint;
  const tensors: Record<string, FileTensor> = {
    ...curveTensors(curves),
    [DEAD]: { dtype: 'F64', shape: [state.tokensSinceFired.length], data: state.tokensSinceFired },
  };
  for (const [name, tensor] of Object.entries(tensorsOf(state))) {
    const data = (await tensor.data()) as FileTensor['data'];
    tensors[name] = { dtype: dtypeOf(tensor), shape: tensor.shape, data };
  }
  const progress = JSON.stringify({ step: state.step, position, seconds });
  const metadata = { format: FORMAT, run: runHash, progress };
  await writeSafetensors(path, tensors, { ...metadata, sha256: checksum(tensors, metadata) });
}

/**
 * @param initial the state that the run begins with: what is read has the same tensors
 * @returns undefined where there is none of this run
 * @throws SaeLabError `checkpoint.malformed` or `safetensors.malformed`
 */
export async function readCheckpoint(
  path: string,
  runHash: string,
  initial: TrainerState,
): Promise<Checkpoint | undefined> {
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = await readSafetensors(path);
  const { sha256, ...rest } = metadata;
  if (sha256 !== checksum(tensors, rest))
    throw malformed(path, 'its bytes are not those that were written', {});
  if (rest['format'] !== FORMAT || rest['run'] !== runHash) return undefined;
  const { step, position, seconds } = parseProgress(path, rest['progress']);
  checkTensors(path, tensors, initial);

  const group = (prefix: keyof ReturnType<typeof groups>): Params =>
    Object.fromEntries(
      Object.entries(groups(initial)[prefix]).map(([name, { dtype }]) => {
        const { data, shape } = tensors[`${prefix}.${name}`] as FileTensor;
        return [name, tf.tensor(data, shape, dtype)];
      }),
    );
  return {
    state: {
      step,
      params: group('params'),
      moments: { m: group('adam_m'), v: group('adam_v') },
      state: group('state'),
      tokensSinceFired: tensors[DEAD]?.data as Float64Array,
    },
    position,
    seconds,
    curves: curvesIn(tensors),
  };
}

function groups({ params, moments, state }: TrainerState) {
  return { params, adam_m: moments.m, adam_v: moments.v, state };
}

/** All tensors of a state under their names in the file. */
function tensorsOf(state: TrainerState): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(groups(state)).flatMap(([group, members]) =>
      Object.entries(members).map(([name, tensor]) => [`${group}.${name}`, tensor]),
    ),
  );
}

function dtypeOf({ dtype }: tf.Tensor): FileTensor['dtype'] {
  return DTYPES[dtype as keyof typeof DTYPES];
}

function parseProgress(path: string, text: string | undefined): z.infer<typeof progressSchema> {
  try {
    return progressSchema.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw malformed(path, 'it does not say how far the run has come', {
      expected: 'step, position and seconds',
      received: describeValue(text),
      cause,
    });
  }
}

function checkTensors(path: string, tensors: Record<string, FileTensor>, initial: TrainerState): void {
  const expected = Object.entries(tensorsOf(initial)).map(([name, tensor]) =>
    layout(name, dtypeOf(tensor), tensor.shape),
  );
  expected.push(layout(DEAD, 'F64', [initial.tokensSinceFired.length]));
  const received = Object.entries(tensors)
    .filter(([name, tensor]) => !isCurve(name, tensor))
    .map(([name, { dtype, shape }]) => layout(name, dtype, shape));
  const missing = expected.filter((tensor) => !received.includes(tensor));
  const strange = received.filter((tensor) => !expected.includes(tensor));
  if (missing.length === 0 && strange.length === 0) return;
  throw malformed(path, 'its tensors are not those of the run', {
    expected: missing.join(', ') || 'no others',
    received: strange.join(', ') || 'none',
  });
}

function layout(name: string, dtype: string, shape: readonly number[]): string {
  return `${name} ${dtype} [${shape.join(', ')}]`;
}

/** sha256 over everything that the file says, in hex. */
function checksum(tensors: Record<string, FileTensor>, metadata: Record<string, string>): string {
  const inOrder = Object.entries(tensors).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const layouts = inOrder.map(([name, { dtype, shape }]) => layout(name, dtype, shape));
  const hash = createHash('sha256').update(canonicalJson({ metadata, layouts }));
  for (const [, { data }] of inOrder) hash.update(data);
  return hash.digest('hex');
}

function malformed(
  path: string,
  problem: string,
  details: { expected?: string; received?: string; cause?: unknown },
): SaeLabError {
  return new SaeLabError('checkpoint.malformed', {
    problem: `the checkpoint cannot be used: ${problem}`,
    field: path,
    ...details,
    fix: 'Delete the file: the run then starts again.',
  });
}
