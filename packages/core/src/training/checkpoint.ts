/**
 * A run's state on disk: one safetensors file, replaced atomically, so that the last good one always exists. It contains
 * its own checksum: a run that resumed from changed numbers would silently end with another result.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { openSafetensors, readSafetensors, writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import type { StreamPosition } from '../activations/index.ts';
import type { Params } from '../variant/contract.ts';
import { curvesIn, curveTensors, isCurve, type Curves } from './curves.ts';
import type { StateLayout, TrainerState } from './trainer-state.ts';

const FORMAT = 'sae-lab checkpoint 3';
const DEAD = 'dead.tokens_since_fired';
const DTYPES = { float32: 'F32', int32: 'I32', bool: 'U8' } as const;
const TFJS_DTYPES = { F32: 'float32', I32: 'int32', U8: 'bool' } as const;

export interface Checkpoint {
  state: TrainerState;
  /** Where the stream of batches continues. */
  position: StreamPosition;
  /** Seconds of training so far. */
  seconds: number;
  /**
   * Every point logged so far. The process that receives curves may be killed before it stores them; a resumed run
   * reports them again.
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
    window: z
      .strictObject({ index: count, rows: z.int().positive(), perEpoch: count.nullable() })
      .exactOptional(),
  }),
  seconds: z.number().nonnegative(),
});

/** @param runHash keeps another run in the same folder from resuming from this checkpoint */
export async function writeCheckpoint(path: string, runHash: string, checkpoint: Checkpoint): Promise<void> {
  const { state, position, seconds, curves } = checkpoint;
  const tensors: Record<string, FileTensor> = {
    ...curveTensors(curves),
    [DEAD]: { dtype: 'F64', shape: [state.tokensSinceFired.length], data: state.tokensSinceFired },
  };
  const { params, moments } = state;
  const groups = { params, adam_m: moments.m, adam_v: moments.v, state: state.state };
  for (const [name, tensor] of named<tf.Tensor>(groups)) {
    const data = (await tensor.data()) as FileTensor['data'];
    tensors[name] = { dtype: dtypeOf(tensor), shape: tensor.shape, data };
  }
  const progress = JSON.stringify({ step: state.step, position, seconds });
  const metadata = { format: FORMAT, run: runHash, progress };
  await writeSafetensors(path, tensors, { ...metadata, sha256: checksum(tensors, metadata) });
}

/**
 * How far a checkpoint is and where its stream continues, without reading its tensors.
 *
 * @returns undefined if there is no usable checkpoint of this run
 */
export async function readProgress(
  path: string,
  runHash: string,
): Promise<(Pick<Checkpoint, 'position' | 'seconds'> & { step: number }) | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    const file = await openSafetensors(path);
    await file.close();
    const { format, run, progress } = file.metadata;
    return format === FORMAT && run === runHash ? parseProgress(path, progress) : undefined;
  } catch (error) {
    if (error instanceof SaeLabError) return undefined;
    throw error;
  }
}

/**
 * Reads a checkpoint.
 *
 * @param layout the tensors that the run's state must have
 * @returns undefined if there is no file, or it belongs to another run or an older format
 * @throws {SaeLabError} `checkpoint.malformed`, `safetensors.malformed`
 */
export async function readCheckpoint(
  path: string,
  runHash: string,
  layout: StateLayout,
): Promise<Checkpoint | undefined> {
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = await readSafetensors(path);
  const { sha256, ...rest } = metadata;
  if (sha256 !== checksum(tensors, rest)) throw malformed(path, 'its checksum does not match', {});
  if (rest['format'] !== FORMAT || rest['run'] !== runHash) return undefined;
  const { step, position, seconds } = parseProgress(path, rest['progress']);
  checkTensors(path, tensors, layout);

  const group = (prefix: Group): Params =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => name.startsWith(`${prefix}.`))
        .map(([name, { data, shape, dtype }]) => [
          name.slice(prefix.length + 1),
          tf.tensor(data, shape, TFJS_DTYPES[dtype as keyof typeof TFJS_DTYPES]),
        ]),
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

/** Prefixes of the names in the file. */
type Group = 'params' | 'adam_m' | 'adam_v' | 'state';

/** What the groups hold, under the names in the file. */
function named<T>(groups: Partial<Record<Group, Readonly<Record<string, T>>>>): [name: string, member: T][] {
  return Object.entries(groups).flatMap(([group, members]) =>
    Object.entries(members).map(([name, member]): [string, T] => [`${group}.${name}`, member]),
  );
}

function dtypeOf({ dtype }: Pick<tf.Tensor, 'dtype'>): FileTensor['dtype'] {
  return DTYPES[dtype as keyof typeof DTYPES];
}

function parseProgress(path: string, text: string | undefined): z.infer<typeof progressSchema> {
  try {
    return progressSchema.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw malformed(path, 'its progress is unreadable', {
      expected: 'step, position and seconds',
      received: describeValue(text),
      cause,
    });
  }
}

function checkTensors(
  path: string,
  tensors: Record<string, FileTensor>,
  { params, state, tokensSinceFired }: StateLayout,
): void {
  const groups = { params, adam_m: params, adam_v: params, ...(state && { state }) };
  const expected = named<Pick<tf.Tensor, 'shape' | 'dtype'>>(groups).map(([name, tensor]) =>
    describeTensor(name, dtypeOf(tensor), tensor.shape),
  );
  expected.push(describeTensor(DEAD, 'F64', [tokensSinceFired.length]));
  const received = Object.entries(tensors)
    .filter(([name, tensor]) => !isCurve(name, tensor))
    .filter(([name]) => state !== undefined || !name.startsWith('state.'))
    .map(([name, { dtype, shape }]) => describeTensor(name, dtype, shape));
  const missing = expected.filter((tensor) => !received.includes(tensor));
  const strange = received.filter((tensor) => !expected.includes(tensor));
  if (missing.length === 0 && strange.length === 0) return;
  throw malformed(path, 'its tensors do not match the run', {
    expected: missing.join(', ') || 'no others',
    received: strange.join(', ') || 'none',
  });
}

function describeTensor(name: string, dtype: string, shape: readonly number[]): string {
  return `${name} ${dtype} [${shape.join(', ')}]`;
}

/** sha256 of the tensors and metadata, in hex. */
function checksum(tensors: Record<string, FileTensor>, metadata: Record<string, string>): string {
  const inOrder = Object.entries(tensors).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const layouts = inOrder.map(([name, { dtype, shape }]) => describeTensor(name, dtype, shape));
  const sorted = Object.fromEntries(Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const hash = createHash('sha256').update(JSON.stringify({ layouts, metadata: sorted }));
  for (const [, { data }] of inOrder) hash.update(data);
  return hash.digest('hex');
}

function malformed(
  path: string,
  problem: string,
  details: { expected?: string; received?: string; cause?: unknown },
): SaeLabError {
  return new SaeLabError('checkpoint.malformed', {
    problem: `the checkpoint is unusable: ${problem}`,
    field: path,
    ...details,
    fix: 'Delete the file: the run then starts over.',
  });
}
