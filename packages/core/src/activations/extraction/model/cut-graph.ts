/**
 * A copy of the model's graph that computes some tensors and nothing else. ONNX Runtime does not prune what
 * a run's outputs do not need, so the rest (later layers, the unembedding) is deleted, and the weights with it.
 */
import { clone, create, toBinary } from '@bufbuild/protobuf';
import { SaeLabError } from '@sae-lab/errors';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProtoSchema,
  TensorProto_DataLocation,
  ValueInfoProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from 'onnx-buf';
import { checkWeight } from './check-graph.ts';
import { ExternalWeights, externalRange } from './external-weights.ts';
import type { ModelGraph } from './model-graph.ts';

/** Protobuf's own limit on one message, which ONNX Runtime keeps for models given as bytes. */
const MESSAGE_LIMIT = 2 ** 31 - 1;

export interface CutGraph {
  /** The encoded model; its outputs are the tensors asked for, in that order. */
  readonly bytes: Uint8Array;
  /** What is still to be fed. */
  readonly inputs: readonly ValueInfoProto[];
}

/**
 * @throws SaeLabError `model.too-large` when the part that is needed does not fit one protobuf message,
 *   `model.not-found`, `model.unreadable` for weights in files of their own
 */
export async function cutGraph(
  { model, graph, path }: ModelGraph,
  tensors: readonly string[],
): Promise<CutGraph> {
  const needed = new Set(tensors);
  const nodes: NodeProto[] = [];
  // Nodes are stored in an order in which they can run (checkGraph): backwards, a node's users are seen before it.
  for (const node of graph.node.toReversed()) {
    if (!node.output.some((output) => needed.has(output))) continue;
    nodes.push(node);
    for (const input of namesRead(node)) needed.add(input);
  }
  const isNeeded = ({ name }: { name: string }): boolean => needed.has(name);
  const inputs = graph.input.filter(isNeeded);
  const cut = create(GraphProtoSchema, {
    ...graph,
    node: nodes.toReversed(),
    initializer: await inlined(path, graph.initializer.filter(isNeeded)),
    sparseInitializer: graph.sparseInitializer.filter(
      ({ values }) => values !== undefined && isNeeded(values),
    ),
    input: inputs,
    output: tensors.map((name) => create(ValueInfoProtoSchema, { name })),
    valueInfo: graph.valueInfo.filter((info) => isNeeded(info) && !tensors.includes(info.name)),
  });
  return { bytes: toBinary(ModelProtoSchema, create(ModelProtoSchema, { ...model, graph: cut })), inputs };
}

/** What a node reads, and what graphs inside it (the body of a Loop) may read from around it. */
function namesRead(node: NodeProto): string[] {
  const bodies = node.attribute.flatMap(({ g, graphs }) => (g === undefined ? graphs : [g, ...graphs]));
  return [...node.input, ...bodies.flatMap((body) => body.node.flatMap(namesRead))];
}

/** Weights that lie in files of their own, taken into the message: a model given as bytes has no folder. */
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
    problem: 'the part of the model up to the deepest hook is over 2 GB',
    field: path,
    expected: 'at most 2 GB of weights in the layers that the hooks need',
    fix: 'Take earlier layers, or a smaller model.',
  });
}
