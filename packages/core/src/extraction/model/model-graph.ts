import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { SaeLabError } from '@sae-lab/errors';
import {
  ModelProtoSchema,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from 'onnx-buf';
import { mergedDecoder } from './model-source.ts';

/** An ONNX graph with the look-ups that resolving a hook and cutting need. Read-only: edits make a new one. */
export interface ModelGraph {
  readonly path: string;
  readonly model: ModelProto;
  readonly graph: GraphProto;
  /** The node that makes a tensor. */
  readonly producers: ReadonlyMap<string, NodeProto>;
  /** The nodes that take a tensor. */
  readonly consumers: ReadonlyMap<string, readonly NodeProto[]>;
  readonly initializers: ReadonlyMap<string, TensorProto>;
}

/** The graph's file and those that its weights lie in, if any: together they are the model. */
export function graphFiles({ path, graph }: ModelGraph): string[] {
  const external = graph.initializer.flatMap(({ externalData }) =>
    externalData.filter(({ key }) => key === 'location').map(({ value }) => join(dirname(path), value)),
  );
  return [path, ...new Set(external)];
}

/**
 * Reads an ONNX file.
 *
 * @throws SaeLabError `model.unreadable` when it is not one, `model.merged-decoder` when it has If nodes
 */
export async function readModelGraph(path: string): Promise<ModelGraph> {
  const model = decode(path, await readFile(path));
  const graph = model.graph;
  if (graph === undefined || graph.node.length === 0 || graph.output.length === 0) {
    throw unreadable(path, 'it holds no graph');
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
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  return { path, model, graph, producers, consumers, initializers };
}

function decode(path: string, bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw unreadable(path, 'its bytes do not decode', cause);
  }
}

function unreadable(path: string, problem: string, cause?: unknown): SaeLabError {
  return new SaeLabError('model.unreadable', {
    problem: `not an ONNX model: ${problem}`,
    field: path,
    expected: 'an ONNX ModelProto with a graph',
    fix: 'Download or export the file again: it may be cut short, or a Git LFS pointer.',
    cause,
  });
}
