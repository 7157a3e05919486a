import type { GraphProto, NodeProto } from 'onnx-buf';
import { namesRead } from '../cut-graph.ts';

/** A graph divided at a tensor. */
export interface Partition {
  /** The nodes between the tensor and the logits, in order: what has to run again for each splice. */
  readonly tail: readonly NodeProto[];
  /** The nodes that no input of the model reaches: constants, and casts of weights. */
  readonly fixed: readonly NodeProto[];
  /**
   * The tensors that the tail reads besides the spliced one: those that change with the text and that no node of the tail
   * computes, such as the residual stream next to an MLP's output. Inputs of the model are not among them.
   */
  readonly frontier: readonly string[];
}

/** @param tensor a tensor that a node computes */
export function partition(graph: GraphProto, tensor: string, logits: string): Partition {
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const inputs = new Set(graph.input.flatMap(({ name }) => (weights.has(name) ? [] : name)));
  const changing = new Set(inputs);
  const affected = new Set([tensor]);
  // Nodes are in an order in which they can run (checkGraph).
  for (const node of graph.node) {
    const read = namesRead(node);
    if (read.some((name) => changing.has(name))) node.output.forEach((name) => changing.add(name));
    if (read.some((name) => affected.has(name))) node.output.forEach((name) => affected.add(name));
  }
  const needed = new Set([logits]);
  const tail: NodeProto[] = [];
  for (const node of graph.node.toReversed()) {
    if (!node.output.some((name) => needed.has(name) && affected.has(name) && name !== tensor)) continue;
    tail.push(node);
    namesRead(node).forEach((name) => needed.add(name));
  }
  const fixed = graph.node.filter(({ output }) => !output.some((name) => changing.has(name)));
  const frontier = new Set(
    tail.flatMap((node) =>
      namesRead(node).filter((name) => changing.has(name) && !affected.has(name) && !inputs.has(name)),
    ),
  );
  return { tail: tail.toReversed(), fixed, frontier: [...frontier] };
}
