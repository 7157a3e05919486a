/**
 * Splits norms that are fused with the addition before them. ONNX Runtime's optimiser makes one node of the two, whose last
 * output is the sum, i.e. the residual stream. A splice of the sum, or of what is added, would not reach the norm inside
 * the node.
 */
import { clone } from '@bufbuild/protobuf';
import { NodeProtoSchema, type GraphProto, type NodeProto } from 'onnx-buf';
import { namesRead } from '../cut-graph.ts';
import { node as nodeOf } from './node.ts';

/** The norm in each fused operator, and the positions of its weights and of the bias among the inputs. */
const NORMS: Readonly<
  Record<string, { readonly opType: string; readonly weights: readonly number[]; readonly bias: number }>
> = {
  SkipLayerNormalization: { opType: 'LayerNormalization', weights: [2, 3], bias: 4 },
  SkipSimplifiedLayerNormalization: { opType: 'SimplifiedLayerNormalization', weights: [2], bias: 3 },
};
const SUM = 3;

type Producers = ReadonlyMap<string, NodeProto>;

/**
 * The nodes of a graph, in an order in which they can run. If a fused norm adds up the tensor, or adds it, separate nodes
 * read the tensor. The fused node may lack it as an output: then nodes next to the graph compute it, which no other reads.
 */
export function unfused(graph: GraphProto, tensor: string): NodeProto[] {
  const producers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  return inOrder(graph.node.flatMap((node) => split(node, tensor, producers) ?? node));
}

/** The nodes that replace a fused norm; undefined if the tensor has nothing to do with it. */
function split(node: NodeProto, tensor: string, producers: Producers): NodeProto[] | undefined {
  const norm = NORMS[node.opType];
  if (norm === undefined) return undefined;
  const { input, output } = node;
  if (output[SUM] === tensor) return [withoutNorm(node), normOf(node, tensor)];

  const [first = '', second = ''] = input;
  const bias = input[norm.bias] || undefined;
  const sums = sumsIn(tensor, producers);
  const isSumOf = (terms: readonly string[]): boolean =>
    sums.some((sum) => sum.toSorted().join('\n') === terms.toSorted().join('\n'));
  if (isSumOf([first, second, ...(bias === undefined ? [] : [bias])])) return [normOf(node, tensor)];
  if (bias === undefined) return undefined;
  const [added, stream] = isSumOf([second, bias]) ? [second, first] : [first, second];
  if (!isSumOf([added, bias])) return undefined;
  const sum = output[SUM] || `${output[0]} sum`;
  return [nodeOf('Add', [stream, tensor], sum), normOf(node, sum)];
}

/** What the tensor is the sum of, as one addition or as two. */
function sumsIn(tensor: string, producers: Producers): string[][] {
  const termsOf = (name: string): string[] | undefined => {
    const producer = producers.get(name);
    return producer?.opType === 'Add' ? producer.input : undefined;
  };
  const terms = termsOf(tensor);
  if (terms === undefined) return [];
  const deeper = terms.flatMap((term, i) => {
    const inner = termsOf(term);
    return inner === undefined ? [] : [[...inner, terms[1 - i]!]];
  });
  return [terms, ...deeper];
}

function normOf(fused: NodeProto, input: string): NodeProto {
  const { opType, weights } = NORMS[fused.opType]!;
  return Object.assign(clone(NodeProtoSchema, fused), {
    name: `${fused.name} without the addition`,
    opType,
    domain: '',
    input: [input, ...weights.flatMap((index) => fused.input[index] || [])],
    output: [fused.output[0]],
  });
}

function withoutNorm(fused: NodeProto): NodeProto {
  const copy = clone(NodeProtoSchema, fused);
  copy.output[0] = `${fused.output[0]} of the fused norm`;
  return copy;
}

/** Moves nodes behind those that compute what they read. Most are there already. */
function inOrder(nodes: readonly NodeProto[]): NodeProto[] {
  const producers = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const sorted = new Set<NodeProto>();
  const add = (node: NodeProto): void => {
    if (sorted.has(node)) return;
    for (const name of namesRead(node)) {
      const producer = name === '' ? undefined : producers.get(name);
      if (producer !== undefined) add(producer);
    }
    sorted.add(node);
  };
  nodes.forEach(add);
  return [...sorted];
}
