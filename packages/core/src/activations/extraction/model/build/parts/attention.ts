import { RUNTIME_DOMAIN, type GraphBuilder, type Tensor } from '../graph-builder.ts';
import { attentionBias, paddedLength } from './positions.ts';

interface AttentionOptions {
  readonly heads: number;
  /** Key and value heads. Each serves `heads / keyValueHeads` consecutive query heads. */
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** The factor of the scores. */
  readonly scale: number;
  /** Each token sees itself and the `window − 1` tokens before it. Undefined: all tokens before it. */
  readonly window: number | undefined;
  /** Soft cap c of the scores: c·tanh(score / c). */
  readonly softCap: number | undefined;
}

/**
 * Causal attention: query [batch, sequence, heads·headSize], key and value [batch, sequence, keyValueHeads·headSize]
 * → [batch, sequence, heads·headSize].
 *
 * It uses plain operators: at 128 tokens, ONNX Runtime's fused `Attention` and `GroupQueryAttention` are no faster on a
 * CPU (docs/decisions/032-graphs-from-safetensors.md).
 */
export function attention(
  g: GraphBuilder,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions,
): Tensor {
  const { heads, keyValueHeads, headSize, scale, softCap } = options;
  const split = (x: Tensor, count: number, perm: number[]): Tensor =>
    g.op('Transpose', [g.op('Reshape', [x, g.integers(0, 0, count, headSize)])], { attributes: { perm } });

  // Queries that share a key head are stacked, so keys and values need not be repeated.
  const queries = g.op('Reshape', [
    split(query, heads, [0, 2, 1, 3]),
    g.integers(0, keyValueHeads, -1, headSize),
  ]);
  const keys = split(key, keyValueHeads, [0, 2, 3, 1]);
  const values = split(value, keyValueHeads, [0, 2, 1, 3]);

  let scores = g.op('FusedMatMul', [queries, keys], {
    domain: RUNTIME_DOMAIN,
    attributes: { alpha: { float: softCap === undefined ? scale : scale / softCap } },
  });
  if (softCap !== undefined) scores = g.op('Mul', [g.op('Tanh', [scores]), g.float(softCap)]);

  // The stack is split up for the mask, which is the same for all heads: [batch, keyValueHeads, group, query, key].
  const unstacked = shape(g, [0, keyValueHeads, heads / keyValueHeads, -1]);
  const masked = g.op('Add', [g.op('Reshape', [scores, unstacked]), attentionBias(g, options.window)]);
  const pattern = g.op('Reshape', [
    g.op('Softmax', [masked], { attributes: { axis: -1 } }),
    shape(g, [0, keyValueHeads, -1]),
  ]);

  const mixed = g.op('Reshape', [g.op('MatMul', [pattern, values]), g.integers(0, heads, -1, headSize)]);
  const perToken = g.op('Transpose', [mixed], { attributes: { perm: [0, 2, 1, 3] } });
  return g.op('Reshape', [perToken, g.integers(0, 0, heads * headSize)]);
}

/** A shape that ends with the padded length. */
function shape(g: GraphBuilder, leading: readonly number[]): Tensor {
  return g.shared(`shape:${leading.join(',')}`, () =>
    g.op('Concat', [g.integers(...leading), paddedLength(g)], { attributes: { axis: 0 } }),
  );
}
