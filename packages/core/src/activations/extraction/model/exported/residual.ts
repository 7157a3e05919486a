/** Follows the residual stream of an exported graph from addition to addition. */
import type { NodeProto } from 'onnx-buf';
import type { GraphWalk } from './graph-walk.ts';
import type { SideNodes, TensorOf } from './side-nodes.ts';

/** What is added to the residual stream. */
interface Addition {
  /** The residual stream after it. */
  readonly sum: string;
  /** The tensor that is added. */
  readonly added: TensorOf;
}

const FUSED = new Set(['SkipLayerNormalization', 'SkipSimplifiedLayerNormalization']);

/** Whether a node adds to the residual stream and normalises the sum. */
export function isFusedAddition({ opType }: NodeProto): boolean {
  return FUSED.has(opType);
}

/** The sum that a fused addition normalises. It is the fourth output, which the last norm of a model leaves out. */
export function sumOf(side: SideNodes, node: NodeProto): string {
  const sum = node.output[3] ?? '';
  if (sum !== '') return sum;
  const [first = '', second = ''] = node.input;
  const name = `${node.output[0]}/sum`;
  const bias = biasOf(node);
  if (bias === undefined) return side.add(name, 'Add', [first, second]);
  return side.add(name, 'Add', [side.add(`${name}/skip`, 'Add', [first, second]), bias]);
}

/** The only addition to a tensor of the residual stream; undefined if there is none or several. */
export function additionTo(walk: GraphWalk, side: SideNodes, stream: string): Addition | undefined {
  const found = walk.consumers(stream).filter(({ node, read }) => {
    const [first = '', second = ''] = node.input;
    if (isFusedAddition(node)) return first === read || second === read;
    return node.opType === 'Add' && !walk.isWeight(first === read ? second : first);
  });
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) return undefined;
  const { node, read } = only;
  const other = node.input[node.input[0] === read ? 1 : 0]!;
  const bias = biasOf(node);
  return {
    sum: isFusedAddition(node) ? sumOf(side, node) : node.output[0]!,
    // The bias of the layer before it may have been fused into the addition.
    added: (name) => (bias === undefined ? other : side.add(name, 'Add', [other, bias])),
  };
}

/** A bias that a fused addition also adds. */
function biasOf(node: NodeProto): string | undefined {
  const bias = isFusedAddition(node) ? node.input[node.opType === 'SkipLayerNormalization' ? 4 : 3] : '';
  return bias === '' ? undefined : bias;
}
