import type { GraphBuilder, Tensor } from '../graph-builder.ts';
import { linear } from './linear.ts';

interface UnembedOptions {
  /** Path of the module with the weights. For tied weights, the embedding's path. */
  readonly module: string;
  readonly width: number;
  readonly vocabulary: number;
  /** Soft cap c of the logits: c·tanh(logit / c). */
  readonly cap?: number | undefined;
}

/** Computes `logits`, [batch, sequence, vocabulary]. */
export function unembed(g: GraphBuilder, x: Tensor, options: UnembedOptions): Tensor {
  const { module, width, vocabulary, cap } = options;
  let logits = linear(g, x, { module, from: width, to: vocabulary, bias: false });
  if (cap !== undefined) {
    const bounded = g.op('Tanh', [g.op('Mul', [logits, g.float(1 / cap)])]);
    logits = g.op('Mul', [bounded, g.float(cap)]);
  }
  return g.hook(logits, vocabulary, ['logits']);
}
