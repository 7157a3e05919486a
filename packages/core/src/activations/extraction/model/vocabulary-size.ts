import type { ModelGraph } from './model-graph.ts';

/** Operators that pass token ids through. */
const PASSING = new Set(['Cast', 'Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);

/** Number of token embeddings: the rows of the table that `input_ids` index; undefined if there is none. */
export function vocabularySize({ graph, initializers }: ModelGraph): number | undefined {
  const ids = new Set(['input_ids']);
  for (const { opType, input, output } of graph.node) {
    const [first = '', second = ''] = input;
    const table = initializers.get(first);
    if (opType === 'Gather' && ids.has(second) && table?.dims.length === 2) return Number(table.dims[0]);
    if (PASSING.has(opType) && ids.has(first)) ids.add(output[0] ?? '');
  }
  return undefined;
}
