/**
 * Finds the size of a tensor's last axis without running the graph. Traced exports contain no shapes inside the graph, so
 * it follows tensors back to the weights. This is deliberately not shape inference: it knows only the operators of
 * residual streams, MLPs and norms. That also excludes tensors that are not activations (masks, shapes, rotary tables).
 */
import type { NodeProto, TensorProto } from 'onnx-buf';
import { FLOAT, FLOAT16 } from './element-type.ts';
import type { ModelGraph } from './model-graph.ts';
import { integerAttribute } from './node-attribute.ts';

const UNARY = new Set([
  'BiasGelu',
  'Cast',
  'Dropout',
  'Elu',
  'Erf',
  'FastGelu',
  'Gelu',
  'Identity',
  'Neg',
  'QuickGelu',
  'Relu',
  'Sigmoid',
  'Tanh',
]);
const BINARY = new Set(['Add', 'Div', 'Mul', 'Pow', 'Sub']);
/** Element types of activations. */
const FLOATS: ReadonlySet<number> = new Set([FLOAT, FLOAT16]);
/** Far larger than any model. A larger declared shape is wrong. */
const MAX_WIDTH = 2n ** 24n;
const NORMS = new Set(['LayerNormalization', 'RMSNormalization', 'SimplifiedLayerNormalization']);

export type WidthOf = (tensor: string) => number | undefined;

/** @returns a function that returns a tensor's last dimension, or undefined if it is unknown */
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
  // In order, so that a node's inputs are known first (checkGraph).
  for (const node of graph.graph.node) {
    for (const tensor of node.output) {
      if (!known.has(tensor)) known.set(tensor, widthOfOutput(node, width, graph));
    }
  }
  return width;
}

function widthOfOutput(
  node: NodeProto,
  width: WidthOf,
  { initializers, producers }: ModelGraph,
): number | undefined {
  const [first = '', second = ''] = node.input;
  const weight = initializers.get(second);
  const product = node.opType === 'Cast' ? producers.get(first) : undefined;
  // The product of quantised weights is an integer, and becomes an activation by the conversion.
  if (product?.opType === 'MatMulInteger') {
    return asWidth(initializers.get(product.input[1] ?? '')?.dims.at(-1));
  }
  if (UNARY.has(node.opType)) return width(first);
  if (node.opType === 'DynamicQuantizeMatMul') return asWidth(weight?.dims.at(-1));
  if (node.opType === 'MatMulNBits') return asWidth(BigInt(integerAttribute(node, 'N') ?? 0));
  if (NORMS.has(node.opType)) return lastDimension(weight);
  // The weight of a dense layer determines its width, whatever its input is.
  if (node.opType === 'MatMul') return lastDimension(weight);
  if (node.opType === 'Gather') {
    const table = initializers.get(first);
    return table?.dims.length === 2 ? lastDimension(table) : undefined;
  }
  if (BINARY.has(node.opType)) {
    // A bias or scalar never widens the other side.
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
