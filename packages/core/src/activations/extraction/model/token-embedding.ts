import type { NodeProto } from 'onnx-buf';
import type { ModelGraph } from './model-graph.ts';

/** Operators that pass token ids through. */
const PASSING = new Set(['Cast', 'Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);
/** Operators that pass a table through. The unembedding may be the transposed table. */
const TABLE = new Set(['DequantizeLinear', 'Cast', 'Identity']);

/** The node that looks up token embeddings, and the size of its table: undefined if there is none. */
export function tokenEmbedding({
  graph,
  initializers,
  producers,
}: ModelGraph): { readonly node: NodeProto; readonly rows: number } | undefined {
  const ids = new Set(['input_ids']);
  for (const node of graph.node) {
    const [first = '', second = ''] = node.input;
    if (/^Gather(BlockQuantized)?$/.test(node.opType) && ids.has(second)) {
      const producer = producers.get(first);
      const isTransposed = producer?.opType === 'Transpose';
      const isPassed = isTransposed || (producer !== undefined && TABLE.has(producer.opType));
      const table = initializers.get(isPassed ? producer.input[0]! : first);
      if (table?.dims.length === 2) return { node, rows: Number(table.dims[isTransposed ? 1 : 0]) };
    }
    if (PASSING.has(node.opType) && ids.has(first)) ids.add(node.output[0] ?? '');
  }
  return undefined;
}
