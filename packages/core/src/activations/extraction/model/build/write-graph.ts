import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorShapeProtoSchema,
  TensorShapeProto_DimensionSchema,
  TypeProtoSchema,
  TypeProto_TensorSchema,
  ValueInfoProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from 'onnx-buf';
import { makeFolder, writeAtomic } from '../../../../files/write-atomic.ts';
import { openCheckpoint } from './safetensors-checkpoint.ts';
import type { GraphDescription } from './describe-graph.ts';
import { findWeights, type FoundWeight } from './find-weights.ts';
import { RUNTIME_DOMAIN, type BuiltHook } from './graph-builder.ts';
import { linkWeights } from './link-weights.ts';

/** The first opset with RotaryEmbedding, and the matching IR version. */
const OPSET = 23n;
const IR_VERSION = 10n;

interface WriteGraphOptions {
  /** The hooks to compute. `logits` builds the whole model. */
  readonly outputs: readonly string[];
  /** A hook whose values are fed to the graph, which begins after it. */
  readonly from?: string;
  /** The folder with `model.safetensors`, or with `model.safetensors.index.json` and its shards. */
  readonly weights: string;
  /** The folder for the graph and links to the weights. Delete it once no session uses the graph. */
  readonly folder: string;
}

/** A graph on disk, ready for `InferenceSession.create(path)`. */
export interface WrittenGraph {
  readonly path: string;
  /** Names of the inputs of [batch, sequence] in int64. */
  readonly inputs: readonly string[];
  /** The hooks, in the order requested. A hook's name is the name of its tensor. */
  readonly outputs: readonly BuiltHook[];
  /** The files of the checkpoint that the graph reads. */
  readonly weightFiles: readonly string[];
}

/** Raised when the values that built graphs compute change. Part of the activations' identity. */
export const BUILD_VERSION = 2;

/**
 * The files of a checkpoint that the graph of some hooks reads.
 *
 * @throws {SaeLabError} those of {@link writeGraph} for the weights
 */
export async function weightFiles(
  description: GraphDescription,
  outputs: readonly string[],
  weights: string,
): Promise<string[]> {
  const { weights: uses } = description.upTo(outputs);
  return filesOf(await findWeights(await openCheckpoint(weights), uses, description));
}

/**
 * Writes the part of a graph that computes some hooks. The weights are not copied: the graph refers to byte ranges of the
 * safetensors files, which ONNX Runtime maps into memory. `Cast` nodes widen float16 and bfloat16; the runtime folds
 * them when it opens the graph.
 *
 * @throws {SaeLabError} `hook.unknown`, `hook.not-in-architecture`; `model.no-weights`, `model.missing-shard`,
 *   `model.unreadable-weights`, `model.missing-tensor`, `model.tensor-shape`, `model.tensor-dtype`,
 *   `model.not-linked`; `files.*`
 * @example
 * const { path } = await writeGraph(description, { outputs: ['blocks.3.hook_mlp_out'], weights: 'pythia', folder });
 * const session = await InferenceSession.create(path);
 */
export async function writeGraph(
  description: GraphDescription,
  { outputs, from, weights, folder }: WriteGraphOptions,
): Promise<WrittenGraph> {
  const part = description.upTo(outputs, from);
  const checkpoint = await openCheckpoint(weights);
  const found = await findWeights(checkpoint, part.weights, description);

  await makeFolder(folder);
  const files = filesOf(found);
  const links = new Map<string, string>();
  for (const file of files) links.set(file, await linkWeights(file, folder));

  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'sae-lab',
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: '', version: OPSET }),
      create(OperatorSetIdProtoSchema, { domain: RUNTIME_DOMAIN, version: 1n }),
    ],
    graph: create(GraphProtoSchema, {
      name: 'sae-lab',
      node: [...found.flatMap(widening), ...part.nodes],
      initializer: [
        ...part.constants,
        ...found.map((weight) => externalTensor(weight, links.get(weight.stored.file)!)),
      ],
      input: [
        ...part.inputs.map((name) => matrixInfo(name)),
        ...(part.from === undefined ? [] : [activationInfo(part.from.name, part.from.width)]),
      ],
      output: [...new Set(part.outputs)].map(({ name, width }) => activationInfo(name, width)),
    }),
  });
  const path = join(folder, 'graph.onnx');
  await writeAtomic(path, toBinary(ModelProtoSchema, model));
  return { path, inputs: part.inputs, outputs: part.outputs, weightFiles: files };
}

function filesOf(found: readonly FoundWeight[]): string[] {
  return [...new Set(found.map(({ stored }) => stored.file))];
}

/** The name of a weight's initialiser. It differs from the weight's tensor if a `Cast` produces that. */
function initializerName({ tensor, type, isWidened }: FoundWeight): string {
  return isWidened && type !== TensorProto_DataType.FLOAT ? `${tensor} (narrow)` : tensor;
}

/** The `Cast` to float32 of a weight that is stored in another dtype. */
function widening(weight: FoundWeight): NodeProto[] {
  const name = initializerName(weight);
  if (name === weight.tensor) return [];
  const to = { name: 'to', type: AttributeProto_AttributeType.INT, i: BigInt(TensorProto_DataType.FLOAT) };
  return [
    create(NodeProtoSchema, {
      name: `widen ${weight.tensor}`,
      opType: 'Cast',
      input: [name],
      output: [weight.tensor],
      attribute: [create(AttributeProtoSchema, to)],
    }),
  ];
}

function externalTensor(weight: FoundWeight, location: string): TensorProto {
  const { shape, stored, type } = weight;
  const range = { location, offset: String(stored.offset), length: String(stored.length) };
  return create(TensorProtoSchema, {
    name: initializerName(weight),
    dims: shape.map(BigInt),
    dataType: type,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: Object.entries(range).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    ),
  });
}

function matrixInfo(name: string): ValueInfoProto {
  return tensorInfo(name, TensorProto_DataType.INT64, ['batch', 'sequence']);
}

function activationInfo(name: string, width: number): ValueInfoProto {
  return tensorInfo(name, TensorProto_DataType.FLOAT, ['batch', 'sequence', width]);
}

function tensorInfo(name: string, elemType: number, sizes: readonly (string | number)[]): ValueInfoProto {
  const dim = sizes.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value:
        typeof size === 'string'
          ? { case: 'dimParam', value: size }
          : { case: 'dimValue', value: BigInt(size) },
    }),
  );
  const shape = create(TensorShapeProtoSchema, { dim });
  const type = create(TypeProtoSchema, {
    value: { case: 'tensorType', value: create(TypeProto_TensorSchema, { elemType, shape }) },
  });
  return create(ValueInfoProtoSchema, { name, type });
}
