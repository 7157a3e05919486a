import { readFile } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import {
  ModelProtoSchema,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from 'onnx-buf';
import { checkGraph } from './check-graph.ts';
import { externalRange } from './external-weights.ts';
import { mergedDecoder } from './graph-variants.ts';
import { unreadableModel } from './unreadable-model.ts';

/** An ONNX graph, with lookups for resolving hooks and cutting. Read-only: edits create a new one. */
export interface ModelGraph {
  readonly path: string;
  readonly model: ModelProto;
  readonly graph: GraphProto;
  /** The node that computes a tensor. */
  readonly producers: ReadonlyMap<string, NodeProto>;
  /** The nodes that read a tensor. */
  readonly consumers: ReadonlyMap<string, readonly NodeProto[]>;
  readonly initializers: ReadonlyMap<string, TensorProto>;
}

/** The files of a model: its graph, and the separate files of its weights, if any. */
export function graphFiles({ path, graph }: ModelGraph): string[] {
  const external = graph.initializer.flatMap((weight) => externalRange(path, weight)?.file ?? []);
  return [path, ...new Set(external)];
}

/**
 * Reads an ONNX file.
 *
 * @throws {SaeLabError} `model.unreadable` if it is not ONNX or inconsistent, `model.merged-decoder` if it has If nodes
 */
export async function readModelGraph(path: string): Promise<ModelGraph> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw unreadableModel(path, cause.message, cause);
  });
  const model = decode(path, bytes);
  const graph = model.graph;
  if (graph === undefined || graph.node.length === 0 || graph.output.length === 0) {
    throw unreadableModel(path, 'it contains no graph');
  }
  const producers = new Map<string, NodeProto>();
  const consumers = new Map<string, NodeProto[]>();
  for (const node of graph.node) {
    if (node.opType === 'If') throw mergedDecoder(path);
    for (const output of node.output) producers.set(output, node);
    for (const input of node.input) {
      const known = consumers.get(input);
      if (known === undefined) consumers.set(input, [node]);
      else known.push(node);
    }
  }
  checkGraph(path, graph);
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  return { path, model, graph, producers, consumers, initializers };
}

function decode(path: string, bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw unreadableModel(path, `it cannot be decoded (${(cause as Error).message})`, cause);
  }
}
