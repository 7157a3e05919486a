import { SaeLabError } from '@sae-lab/errors';
import type * as tf from '@tensorflow/tfjs';
import type { Context, Encoded, Hyper, LossTerm, Params, Variant } from '../variant/contract.ts';

export interface ForwardPass {
  encoded: Encoded;
  /** [B, dIn]. */
  reconstruction: tf.Tensor2D;
  /** Unweighted scalars by name. */
  terms: Record<string, tf.Scalar>;
}

/**
 * A variant's forward pass on one batch.
 *
 * @throws SaeLabError `variant.wrong-shape`
 */
export function lossTerms(
  variant: Variant,
  hyper: Hyper,
  params: Params,
  x: tf.Tensor2D,
  context: Context,
): ForwardPass {
  const encoded: Encoded = variant.encode(params, x, hyper, context);
  const reconstruction = variant.decode(params, encoded, hyper, context.ops);
  requireShape(variant.name, 'decode', reconstruction, x.shape);
  const { ops, dead } = context;
  const args = { x, reconstruction, encoded, params, hyper, ops, dead };
  const terms: Record<string, tf.Scalar> = {};
  for (const [name, term] of Object.entries(
    variant.losses as Record<string, LossTerm<Hyper, Params, Encoded>>,
  )) {
    terms[name] = term.compute(args);
    requireShape(variant.name, `losses.${name}`, terms[name], []);
  }
  return { encoded, reconstruction, terms };
}

function requireShape(
  variant: string,
  field: string,
  { shape }: tf.Tensor,
  expected: readonly number[],
): void {
  if (shape.length === expected.length && shape.every((size, i) => size === expected[i])) return;
  throw new SaeLabError('variant.wrong-shape', {
    problem: `variant '${variant}' returns a tensor of another shape`,
    field,
    expected: expected.length === 0 ? 'a scalar' : `[${expected.join(', ')}], the shape of x`,
    received: `[${shape.join(', ')}]`,
    fix: 'Correct this function of the variant.',
  });
}
