/** Finds the linear layers of an exported graph, in the forms that exporters, quantisers and optimisers give them. */
import type { NodeProto } from 'onnx-buf';
import { FLOAT, FLOAT16 } from '../element-type.ts';
import { integerAttribute } from '../node-attribute.ts';
import type { GraphWalk } from './graph-walk.ts';
import type { SideNodes, TensorOf } from './side-nodes.ts';

/** A linear layer: [batch, tokens, from] → [batch, tokens, to]. */
export interface Linear {
  /** What it multiplies. */
  readonly input: string;
  readonly from: number;
  readonly to: number;
  /** What it returns, with its bias. */
  readonly output: TensorOf;
}

/** Operators that multiply by a weight, which is their second input. */
const PRODUCTS = new Set([
  'DynamicQuantizeMatMul',
  'Gemm',
  'MatMul',
  'MatMulBnb4',
  'MatMulInteger',
  'MatMulNBits',
]);
/** Products of weights in float32 or float16. */
const FLOAT_PRODUCTS = new Set(['Gemm', 'MatMul']);
/** Activation functions that add a bias, their second input, first. */
const BIASED = new Set(['BiasGelu', 'FastGelu']);

/**
 * Finds the linear layer of a module by the names of its nodes or of its weights. Optimisers keep one of them.
 *
 * @returns undefined unless the module has exactly one product with a weight
 */
export function findLinear(walk: GraphWalk, side: SideNodes, module: string): Linear | undefined {
  const { byName, byWeight } = walk.weightReaders(module);
  const products = [byName, byWeight].map((nodes) => nodes.filter((node) => isProduct(walk, node)));
  const [product, ...others] = products.find((found) => found.length > 0) ?? [];
  if (product === undefined || others.length > 0) return undefined;
  const sizes = sizesOf(walk, product);
  return sizes === undefined ? undefined : describe(walk, side, product, sizes);
}

function isProduct(walk: GraphWalk, { opType, input: [first = '', second = ''] }: NodeProto): boolean {
  if (!PRODUCTS.has(opType) || walk.isWeight(first) || !walk.isWeight(second)) return false;
  if (!FLOAT_PRODUCTS.has(opType)) return true;
  const type = walk.typeOf(second);
  return type === FLOAT || type === FLOAT16;
}

/** Input and output width. */
function sizesOf(walk: GraphWalk, product: NodeProto): readonly [number, number] | undefined {
  const [from, to] = ['K', 'N'].map((name) => integerAttribute(product, name));
  if (from !== undefined && to !== undefined) return [from, to];
  const [rows, columns, ...more] = walk.shapeOf(product.input[1]!) ?? [];
  if (rows === undefined || columns === undefined || more.length > 0) return undefined;
  return integerAttribute(product, 'transB') === 1 ? [columns, rows] : [rows, columns];
}

function describe(
  walk: GraphWalk,
  side: SideNodes,
  product: NodeProto,
  [from, to]: readonly [number, number],
): Linear {
  // Layers of GPT-2 flatten batch and tokens.
  const given = walk.beforeQuantisation(product.input[0]!);
  const reshape = walk.producer(given);
  const isFlattened = reshape?.opType === 'Reshape' && walk.rankAfterReshape(reshape) === 2;
  const input = isFlattened ? reshape.input[0]! : given;
  const { tensor, bias } = withBias(walk, product);
  const output = (name: string): string => {
    const whole =
      bias === undefined ? tensor : side.add(isFlattened ? `${name}/flat` : name, 'Add', [tensor, bias]);
    return isFlattened ? side.asActivations(name, whole, to) : whole;
  };
  return { input, from, to, output };
}

interface Biased {
  readonly tensor: string;
  /** A bias that no node of the graph adds on its own. */
  readonly bias: string | undefined;
}

/** The result of a product after rescaling and its bias. */
function withBias(walk: GraphWalk, product: NodeProto): Biased {
  let tensor = product.output[0]!;
  if (product.opType === 'MatMulInteger') {
    // Integers are converted, and multiplied by the scales of both sides.
    for (const opType of ['Cast', 'Mul']) {
      const next = walk.consumer(tensor);
      if (next?.opType === opType) tensor = next.output[0]!;
    }
  }
  const next = walk.consumer(tensor);
  const [first = '', second = ''] = next?.input ?? [];
  if (next?.opType === 'Add' && walk.shapeOf(first === tensor ? second : first)?.length === 1) {
    return { tensor: next.output[0]!, bias: undefined };
  }
  const isFused = next !== undefined && BIASED.has(next.opType) && second !== '';
  return { tensor, bias: isFused ? second : undefined };
}
