/** Finds the norms of an exported graph: as one operator, fused with the addition before it, or spelled out. */
import type { NodeProto } from 'onnx-buf';
import { FLOAT } from '../element-type.ts';
import type { Attributes } from '../node-attribute.ts';
import type { GraphWalk } from './graph-walk.ts';
import { isFusedAddition, sumOf } from './residual.ts';
import type { SideNodes, TensorOf } from './side-nodes.ts';

export interface Norm {
  /** What it normalises. */
  readonly input: string;
  /** The normalised tensor, before the norm's weight and bias. */
  readonly normalized: TensorOf;
}

const NORMS = new Set(['LayerNormalization', 'RMSNormalization', 'SimplifiedLayerNormalization']);
/** ONNX Runtime's default for norms with an addition, and ONNX's for the others. */
const FUSED_EPSILON = 1e-12;
const EPSILON = 1e-5;

/** The norm that computes a tensor; undefined if it is not the output of a norm. */
export function normBefore(walk: GraphWalk, side: SideNodes, output: string): Norm | undefined {
  const tensor = walk.beforeCasts(output);
  const node = walk.producer(tensor);
  if (node === undefined) return undefined;
  if (NORMS.has(node.opType)) return single(walk, side, node);
  if (isFusedAddition(node) && node.output[0] === tensor) return fused(walk, side, node);
  return spelledOut(walk, tensor);
}

function single(walk: GraphWalk, side: SideNodes, node: NodeProto): Norm | undefined {
  const [input = '', weight = ''] = node.input;
  return {
    input,
    normalized: (name) => normalize(walk, side, { name, opType: node.opType, input, weight, node }),
  };
}

function fused(walk: GraphWalk, side: SideNodes, node: NodeProto): Norm {
  const input = sumOf(side, node);
  const opType = node.opType.replace('Skip', '');
  return {
    input,
    normalized: (name) => normalize(walk, side, { name, opType, input, weight: node.input[2]!, node }),
  };
}

/** The same norm with a weight of 1 and without a bias. */
function normalize(
  walk: GraphWalk,
  side: SideNodes,
  norm: { name: string; opType: string; input: string; weight: string; node: NodeProto },
): string {
  const width = walk.shapeOf(norm.weight)?.at(-1) ?? 1;
  const type = walk.typeOf(norm.weight) ?? FLOAT;
  const ones = side.floats(1, width, type);
  const given = norm.node.attribute.find(({ name }) => name === 'epsilon')?.f;
  const attributes: Attributes = {
    axis: -1,
    epsilon: { float: given ?? (isFusedAddition(norm.node) ? FUSED_EPSILON : EPSILON) },
  };
  const bias = norm.opType === 'LayerNormalization' ? [side.floats(0, width, type)] : [];
  return side.add(norm.name, norm.opType, [norm.input, ones, ...bias], attributes);
}

/** Mul(weight, normalised) and Add(bias, …), as transformers computes it. */
function spelledOut(walk: GraphWalk, output: string): Norm | undefined {
  let tensor = output;
  if (walk.producer(tensor)?.opType === 'Add') {
    const sides = walk.weighted(walk.producer(tensor)!);
    if (sides === undefined) return undefined;
    tensor = walk.beforeCasts(sides.other);
  }
  const scaled = walk.producer(tensor);
  const sides = scaled?.opType === 'Mul' ? walk.weighted(scaled) : undefined;
  if (sides === undefined) return undefined;
  const input = normalizedFrom(walk, walk.beforeCasts(sides.other));
  return input === undefined ? undefined : { input, normalized: () => sides.other };
}

/** What a tensor is the normalisation of: x / √(mean + ε), or (x − mean) / √(variance + ε). */
function normalizedFrom(walk: GraphWalk, tensor: string): string | undefined {
  const node = walk.producer(tensor);
  if (node?.opType !== 'Mul' && node?.opType !== 'Div') return undefined;
  const [first = '', second = ''] = node.input;
  const isSecondScale = isScale(walk, second);
  if (!isSecondScale && (node.opType === 'Div' || !isScale(walk, first))) return undefined;
  const divided = walk.beforeCasts(isSecondScale ? first : second);
  const centred = walk.producer(divided);
  const isCentred = centred?.opType === 'Sub' && isMean(walk, centred.input[1]!);
  return isCentred ? walk.beforeCasts(centred.input[0]!) : divided;
}

/** Whether a tensor is √(mean + ε), or its reciprocal. */
function isScale(walk: GraphWalk, tensor: string): boolean {
  let name = tensor;
  for (let step = 0; step < 6; step++) {
    const node = walk.producer(walk.beforeCasts(name));
    if (node === undefined) return false;
    if (node.opType === 'ReduceMean') return step > 0;
    if (node.opType === 'Sqrt' || node.opType === 'Reciprocal') name = node.input[0]!;
    else if (node.opType === 'Add' || node.opType === 'Div' || node.opType === 'Pow') {
      const sides = walk.weighted(node);
      if (sides === undefined) return false;
      name = sides.other;
    } else return false;
  }
  return false;
}

function isMean(walk: GraphWalk, tensor: string): boolean {
  return walk.producer(walk.beforeCasts(tensor))?.opType === 'ReduceMean';
}
