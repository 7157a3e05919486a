/** Matches the weights that a graph reads with the tensors of a checkpoint. */
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { TensorProto_DataType } from 'onnx-buf';
import type { TensorNaming } from './architecture.ts';
import type { Checkpoint } from './safetensors-checkpoint.ts';
import type { Tensor, WeightUse } from './graph-builder.ts';
import type { StoredTensor } from '../../../../files/safetensors-header.ts';

/** Supported dtypes: their number in ONNX and the bytes per value. */
const DTYPES: Readonly<Record<string, { readonly type: TensorProto_DataType; readonly bytes: number }>> = {
  F32: { type: TensorProto_DataType.FLOAT, bytes: 4 },
  F16: { type: TensorProto_DataType.FLOAT16, bytes: 2 },
  BF16: { type: TensorProto_DataType.BFLOAT16, bytes: 2 },
};

/** A weight of the graph and where its bytes are stored. */
export interface FoundWeight extends WeightUse {
  readonly tensor: Tensor;
  readonly stored: StoredTensor;
  readonly type: TensorProto_DataType;
}

/**
 * @throws {SaeLabError} `model.missing-tensor`, `model.tensor-shape`, `model.tensor-dtype`,
 *   `model.missing-shard`, `model.unreadable-weights`
 */
export async function findWeights(
  checkpoint: Checkpoint,
  weights: ReadonlyMap<Tensor, WeightUse>,
  naming: TensorNaming,
): Promise<FoundWeight[]> {
  const found: FoundWeight[] = [];
  for (const [tensor, use] of weights) {
    const name = storedName(checkpoint, use, naming);
    const stored = await checkpoint.locate(name);
    found.push({ ...use, tensor, stored, type: checkTensor(name, stored, use.shape) });
  }
  return found;
}

/**
 * The name that a weight has in a checkpoint.
 *
 * @throws {SaeLabError} `model.missing-tensor`
 */
export function storedName(
  checkpoint: Pick<Checkpoint, 'path' | 'has'>,
  use: WeightUse,
  naming: TensorNaming,
): string {
  const name = namesOf(use.name, naming).find((candidate) => checkpoint.has(candidate));
  if (name === undefined) throw missing(checkpoint.path, use);
  return name;
}

/**
 * Names that a tensor can have. Checkpoints of the bare model leave out the prefix (`gpt2`); those of multimodal models
 * add one (Gemma 3).
 */
function namesOf(name: string, naming: TensorNaming): string[] {
  const { prefix, tied } = naming;
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const renamed = name.startsWith('embed_out.') ? [name.replace('embed_out.', 'lm_head.')] : [];
  const shared = tied?.embedding === name ? namesOf(tied.unembedding, naming) : [];
  return [name, bare, ...renamed, `language_model.${name}`, `model.language_model.${bare}`, ...shared];
}

function checkTensor(name: string, stored: StoredTensor, shape: readonly number[]): TensorProto_DataType {
  const dtype = Object.hasOwn(DTYPES, stored.dtype) ? DTYPES[stored.dtype] : undefined;
  if (dtype === undefined) {
    throw new SaeLabError('model.tensor-dtype', {
      problem: `the tensor ${describeValue(name)} has an unsupported dtype`,
      field: stored.file,
      expected: Object.keys(DTYPES).join(', '),
      received: stored.dtype,
      fix: 'Use the weights in float32, float16 or bfloat16.',
    });
  }
  const isExpected =
    stored.shape.length === shape.length && shape.every((size, i) => size === stored.shape[i]);
  if (!isExpected) {
    throw new SaeLabError('model.tensor-shape', {
      problem: `the tensor ${describeValue(name)} has the wrong shape`,
      field: stored.file,
      expected: `[${shape.join(', ')}] (from config.json)`,
      received: `[${stored.shape.join(', ')}]`,
      fix: 'Use the config.json and the weights of the same model.',
    });
  }
  const bytes = shape.reduce((product, size) => product * size, dtype.bytes);
  if (bytes === stored.length) return dtype.type;
  throw new SaeLabError('model.unreadable-weights', {
    problem: `the tensor ${describeValue(name)} has ${stored.length} bytes`,
    field: stored.file,
    expected: `${bytes} bytes for its shape`,
    fix: 'Download the file again.',
  });
}

function missing(path: string, { name, shape }: WeightUse): SaeLabError {
  return new SaeLabError('model.missing-tensor', {
    problem: `the weights have no tensor ${describeValue(name)}`,
    field: path,
    expected: `a tensor of shape [${shape.join(', ')}]`,
    fix:
      name.startsWith('lm_head.') || name.startsWith('embed_out.')
        ? 'Set tie_word_embeddings in config.json if the unembedding is the embedding; otherwise download the weights again.'
        : 'Use the config.json and the weights of the same model.',
  });
}
