/**
 * The size of a tensor's last axis, read off the graph without running it. Exports by tracing carry no shape
 * information inside the graph, so it is followed back to the weights. Deliberately not shape inference: it
 * knows the few operators that a residual stream, an MLP and a norm are made of, and says nothing elsewhere,
 * which is also how tensors that are no activations (masks, shapes, rotary tables) are told apart.
 */
import type { NodeProto, TensorProto } from 'onnx-buf';
import { FLOAT, FLOAT16 } from './element-type.ts';
import type { ModelGraph } from './model-graph.ts';

const UNARY = new Set([
  'Cast',
  'Dropout',
  'Elu',
  'Erf',
  'Gelu',
  'Identity',
  'Neg',
  'Relu',
  'Sigmoid',
  'Tanh',
]);
const BINARY = new Set(['Add', 'Div', 'Mul', 'Pow', 'Sub']);
/** What activations may be made of. */
const FLOATS: ReadonlySet<number> = new Set([FLOAT, FLOAT16]);
/** Far beyond any model: a shape inside the graph that says more is not backed by anything. */
const MAX_WIDTH = 2n ** 24n;
const NORMS = new Set(['LayerNormalization', 'RMSNormalization', 'SimplifiedLayerNormalization']);

export type WidthOf = (tensor: string) => number | undefined;

/** @returns a function that gives a tensor's last dimension, or undefined where it cannot be told */
export function tensorWidths(graph: ModelGraph): WidthOf {
  const known = new Map<string, number | undefined>(
    [...graph.graph.valueInfo, ...graph.graph.output].flatMap((info) => {
      const type = info.type?.value;
      if (type?.case !== 'tensorType' || !FLOATS.has(type.value.elemType)) return [];
      const dims = type.value.shape?.dim ?? [];
      const last = dims.at(-1)?.value;
      return dims.length === 3 && last?.case === 'dimValue'
        ? [[info.name, asWidth(last.value)] as const]
        : [];
    }),
  );
  const width: WidthOf = (tensor) => known.get(tensor);
  // In their order, so that what a node reads is known before it (checkGraph).
  for (const node of graph.graph.node) {
    for (const tensor of node.output) {
      if (!known.has(tensor)) known.set(tensor, widthOfOutput(node, width, graph));
    }
  }
  return width;
}

function widthOfOutput(node: NodeProto, width: WidthOf, { initializers }: ModelGraph): number | undefined {
  const [first = '', second = ''] = node.input;
  const weight = initializers.get(second);
  if (UNARY.has(node.opType)) return width(first);
  if (NORMS.has(node.opType)) return lastDimension(weight);
  // The left side of a dense layer may be anything; what it multiplies decides its width.
  if (node.opType === 'MatMul') return lastDimension(weight);
  if (node.opType === 'Gather') {
    const table = initializers.get(first);
    return table?.dims.length === 2 ? lastDimension(table) : undefined;
  }
  if (BINARY.has(node.opType)) {
    // A bias or a scalar never makes the tensor wider than its other side.
    const sides = [first, second].map((side) => (initializers.has(side) ? undefined : width(side)));
    const widths = sides.filter((side) => side !== undefined);
    return widths.length === 0 ? undefined : Math.max(...widths);
  }
  return undefined;
}

function lastDimension(tensor: TensorProto | undefined): number | undefined {
  if (tensor === undefined || !FLOATS.has(tensor.dataType)) return undefined;
  return asWidth(tensor.dims.at(-1));
}

function asWidth(size: bigint | undefined): number | undefined {
  return size !== undefined && size > 0n && size <= MAX_WIDTH ? Number(size) : undefined;
}
