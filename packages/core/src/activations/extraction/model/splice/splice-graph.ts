/**
 * The part of a model after a hook, as a graph that runs it once unedited and once per splice, and returns losses. The
 * splices are the iterations of a Loop: the distribution of the unedited model stays inside the runtime for all of them,
 * and each one runs the same kernels on tensors of the same shapes, whatever the others are.
 */
import { create } from '@bufbuild/protobuf';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
} from 'onnx-buf';
import { RUNTIME_DOMAIN } from '../build/graph-builder.ts';
import { FLOAT, FLOAT16 } from '../element-type.ts';
import type { ModelGraph } from '../model-graph.ts';
import { rowsTensor } from './logit-rows.ts';
import { cast, fedName, nextTokenNodes, ROWS } from './next-tokens.ts';
import { loop, node, scalarInfo, valueInfo } from './node.ts';
import type { Partition } from './partition.ts';
import type { EditedGraph } from './whole-graph.ts';

const INT64: number = TensorProto_DataType.INT64;
const BOOL: number = TensorProto_DataType.BOOL;

/** Inputs of the graph besides the tensors of the model. No exporter writes names with spaces. */
export const INPUTS = {
  /** [rows, 1, 2] in int64: sequence and position of each token that is spliced and evaluated. */
  rows: ROWS,
  /** [rows, 1, 1] in int64: the token after each of them. */
  targets: 'splice targets',
  /** [splices, rows, 1, dIn] in float32: what replaces the hook's activations. */
  patches: 'splice patches',
  /** The number of splices, a scalar in int64. */
  count: 'splice count',
} as const;

/** Outputs of the graph, in nats. */
export const OUTPUTS = {
  /** Losses of the unedited model, as many as rows. */
  clean: 'clean loss',
  /** [splices, …] */
  spliced: 'spliced losses',
  /** KL(clean‖spliced), [splices, …] */
  divergence: 'splice divergences',
  /** [rows, 1, vocabulary], as a vector. */
  shape: 'logits shape',
} as const;

export interface SpliceGraphOptions {
  /** The spliced tensor. */
  readonly tensor: string;
  readonly logits: string;
  /** Element types of the spliced tensor and of the frontier, by name. */
  readonly types: ReadonlyMap<string, number>;
}

/** @returns a graph with the inputs and outputs above, which also reads the spliced tensor and the frontier as inputs */
export function spliceGraph(
  model: ModelGraph,
  parts: Partition,
  { tensor, logits, types }: SpliceGraphOptions,
): EditedGraph & { readonly computesAllLogits: boolean } {
  const kept = rowsTensor(model, logits, parts);
  const clean = lossNodes(parts.tail, 'clean', { kept, logits });
  const spliced = lossNodes(parts.tail, 'spliced', { kept, logits, tensor });
  const body = create(GraphProtoSchema, {
    name: 'splice',
    node: [
      node('Gather', [INPUTS.patches, 'splice number'], 'splice patch', { attributes: { axis: 0 } }),
      cast('splice patch', 'splice typed patch', types.get(tensor)!),
      node('ScatterND', [tensor, INPUTS.rows, 'splice typed patch'], 'spliced tensor'),
      ...spliced,
      node('Sub', ['clean log probabilities', 'spliced log probabilities'], 'splice difference'),
      // A product of two vectors for each token: the sum over the vocabulary in one pass.
      node('FusedMatMul', ['clean probabilities', 'splice difference'], 'splice divergence', {
        domain: RUNTIME_DOMAIN,
        attributes: { transB: 1 },
      }),
      node('Identity', ['splice condition'], 'splice next'),
    ],
    input: [scalarInfo('splice number', INT64), scalarInfo('splice condition', BOOL)],
    output: [
      valueInfo('splice next', BOOL),
      valueInfo('spliced loss', FLOAT),
      valueInfo('splice divergence', FLOAT),
    ],
  });
  const fed = fedTensors(tensor, parts, types);
  const graph = create(GraphProtoSchema, {
    ...model.graph,
    node: [
      ...fed.nodes,
      ...parts.fixed,
      ...clean,
      node('Shape', ['clean log probabilities'], OUTPUTS.shape),
      node('Exp', ['clean log probabilities'], 'clean probabilities'),
      loop(INPUTS.count, [OUTPUTS.spliced, OUTPUTS.divergence], body),
    ],
    input: [
      ...model.graph.input,
      ...fed.inputs,
      valueInfo(INPUTS.rows, INT64),
      valueInfo(INPUTS.targets, INT64),
      valueInfo(INPUTS.patches, FLOAT),
      scalarInfo(INPUTS.count, INT64),
    ],
    valueInfo: [],
  });
  return { model: withRuntimeDomain(model.model), graph, computesAllLogits: kept === logits };
}

/** The nodes of {@link nextTokenNodes}, and those that compute `<name> loss` of each row. */
function lossNodes(
  tail: readonly NodeProto[],
  name: 'clean' | 'spliced',
  copied: Parameters<typeof nextTokenNodes>[2],
): NodeProto[] {
  return [
    ...nextTokenNodes(tail, name, copied),
    node('GatherElements', [`${name} log probabilities`, INPUTS.targets], `${name} log probability`, {
      attributes: { axis: -1 },
    }),
    node('Neg', [`${name} log probability`], `${name} loss`),
  ];
}

/** The inputs for the spliced tensor and the frontier, and the nodes that give them the types of the model. */
export function fedTensors(
  tensor: string,
  { frontier }: Partition,
  types: ReadonlyMap<string, number>,
): { inputs: ValueInfoProto[]; nodes: NodeProto[] } {
  const fed = [tensor, ...frontier];
  return {
    inputs: fed.map((name) => {
      const elemType = types.get(name)!;
      return valueInfo(fedName(name), elemType === FLOAT16 ? FLOAT : elemType);
    }),
    nodes: fed.map((name) => cast(fedName(name), name, types.get(name)!)),
  };
}

function withRuntimeDomain(model: ModelProto): ModelProto {
  if (model.opsetImport.some(({ domain }) => domain === RUNTIME_DOMAIN)) return model;
  const added = create(OperatorSetIdProtoSchema, { domain: RUNTIME_DOMAIN, version: 1n });
  return create(ModelProtoSchema, { ...model, opsetImport: [...model.opsetImport, added] });
}
