import type { NodeProto, TensorProto } from 'onnx-buf';
import type { BuiltHook, GraphBuilder, Tensor, WeightUse } from './graph-builder.ts';
import { ATTENTION_MASK, INPUT_IDS } from './parts/positions.ts';

/** The part of a graph that computes some hooks. */
export interface GraphPart {
  /** The hooks, in the order requested. */
  readonly outputs: readonly BuiltHook[];
  /** Names of the inputs, each [batch, sequence] in int64: `input_ids` and, if used, `attention_mask`. */
  readonly inputs: readonly string[];
  /** In topological order. */
  readonly nodes: readonly NodeProto[];
  readonly constants: readonly TensorProto[];
  /** The weights that the nodes read, by tensor. */
  readonly weights: ReadonlyMap<Tensor, WeightUse>;
  /** The hook that is fed instead of computed, if any. */
  readonly from?: BuiltHook | undefined;
}

/**
 * Drops everything that the hooks do not need. ONNX Runtime computes every node of a graph, whatever a run fetches.
 *
 * @param from a hook whose values are fed: nothing before it is needed
 */
export function prune(builder: GraphBuilder, outputs: readonly BuiltHook[], from?: BuiltHook): GraphPart {
  const needed = new Set<Tensor>(outputs.map(({ name }) => name));
  const nodes: NodeProto[] = [];
  // The builder adds a node before the nodes that read it.
  for (const node of builder.nodes.toReversed()) {
    if (!node.output.some((output) => needed.has(output) && output !== from?.name)) continue;
    nodes.push(node);
    for (const input of node.input) needed.add(input);
  }
  return {
    outputs,
    from,
    inputs: [INPUT_IDS, ATTENTION_MASK].filter((input) => needed.has(input)),
    nodes: nodes.toReversed(),
    constants: [...builder.constants.values()].filter(({ name }) => needed.has(name)),
    weights: new Map([...builder.weights].filter(([tensor]) => needed.has(tensor))),
  };
}
