/**
 * Copies the part of a model's graph that computes some tensors. ONNX Runtime does not prune nodes that the requested
 * outputs do not need, so the rest (later layers, the unembedding) is deleted, with its weights.
 */
import { clone, create, toBinary } from '@bufbuild/protobuf';
import { SaeLabError } from '@sae-lab/errors';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProtoSchema,
  TensorProto_DataLocation,
  ValueInfoProtoSchema,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from 'onnx-buf';
import { checkWeight } from './check-graph.ts';
import { ExternalWeights, externalRange } from './external-weights.ts';
import type { ModelGraph } from './model-graph.ts';

/** Protobuf's limit on a message, which applies to models that are passed to ONNX Runtime as bytes. */
const MESSAGE_LIMIT = 2 ** 31 - 1;

export interface CutGraph {
  /** The encoded model. Its outputs are the requested tensors, in the same order. */
  readonly bytes: Uint8Array;
  /** The inputs that the graph still needs. */
  readonly inputs: readonly ValueInfoProto[];
}

/**
 * Cuts a graph.
 *
 * @throws {SaeLabError} `model.too-large` if the needed part exceeds a protobuf message; `model.not-found` and
 *   `model.unreadable` for weights in separate files
 */
export async function cutGraph(
  { model, graph, path }: Pick<ModelGraph, 'model' | 'graph' | 'path'>,
  tensors: readonly string[],
): Promise<CutGraph> {
  const pruned = prunedGraph(graph, tensors);
  const cut = create(GraphProtoSchema, { ...pruned, initializer: await inlined(path, pruned.initializer) });
  return {
    bytes: toBinary(ModelProtoSchema, create(ModelProtoSchema, { ...model, graph: cut })),
    inputs: inputsOf(pruned),
  };
}

/** The inputs of a graph apart from its weights, which old files list among them. */
export function inputsOf({ input, initializer }: GraphProto): ValueInfoProto[] {
  const weights = new Set(initializer.map(({ name }) => name));
  return input.filter(({ name }) => !weights.has(name));
}

/** The part of a graph that computes some tensors, which become its outputs. Weights in separate files stay there. */
export function prunedGraph(graph: GraphProto, tensors: readonly string[]): GraphProto {
  const needed = new Set(tensors);
  const nodes: NodeProto[] = [];
  // Nodes are in an order in which they can run (checkGraph), so backwards a node's users come before it.
  for (const node of graph.node.toReversed()) {
    if (!node.output.some((output) => needed.has(output))) continue;
    nodes.push(node);
    for (const input of namesRead(node)) needed.add(input);
  }
  const isNeeded = ({ name }: { name: string }): boolean => needed.has(name);
  return create(GraphProtoSchema, {
    ...graph,
    node: nodes.toReversed(),
    initializer: graph.initializer.filter(isNeeded),
    sparseInitializer: graph.sparseInitializer.filter(
      ({ values }) => values !== undefined && isNeeded(values),
    ),
    input: graph.input.filter(isNeeded),
    output: tensors.map((name) => create(ValueInfoProtoSchema, { name })),
    valueInfo: graph.valueInfo.filter((info) => isNeeded(info) && !tensors.includes(info.name)),
  });
}

/** The tensors that a node reads, including those that graphs inside it (the body of a Loop) may read. */
export function namesRead(node: NodeProto): string[] {
  const bodies = node.attribute.flatMap(({ g, graphs }) => (g === undefined ? graphs : [g, ...graphs]));
  return [...node.input, ...bodies.flatMap((body) => body.node.flatMap(namesRead))];
}

/** Moves weights from separate files into the message: a model passed as bytes has no folder. */
async function inlined(graphPath: string, weights: readonly TensorProto[]): Promise<TensorProto[]> {
  const files = new ExternalWeights(graphPath);
  let bytes = 0;
  return Promise.all(
    weights.map(async (weight) => {
      bytes += weight.rawData.length;
      const range = externalRange(graphPath, weight);
      if (range === undefined) return weight;
      const rawData = await files.read(range);
      bytes += rawData.length;
      if (bytes > MESSAGE_LIMIT) throw tooLarge(graphPath);
      const inline = Object.assign(clone(TensorProtoSchema, weight), {
        rawData,
        dataLocation: TensorProto_DataLocation.DEFAULT,
        externalData: [],
      });
      checkWeight(graphPath, inline);
      return inline;
    }),
  );
}

function tooLarge(path: string): SaeLabError {
  return new SaeLabError('model.too-large', {
    problem: 'the part of the model up to the deepest hook exceeds 2 GB',
    field: path,
    expected: 'at most 2 GB of weights up to the deepest hook',
    fix: 'Use earlier layers, or a smaller model.',
  });
}
