/** What a variant's functions give, held against the contract; cheap enough to be done in every step. */
import { SaeLabError } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import type { Encoded, Params, State } from '../variant/contract.ts';

/**
 * The parameters as a variant's functions see them. One that does not exist would be `undefined` there, and the error
 * that of whatever operation met it first.
 *
 * @throws SaeLabError `variant.unnamed-parameter` when another one is read
 */
export function namedParams(variant: string, params: Params): Params {
  return new Proxy(params, {
    get(target, name, receiver) {
      if (typeof name === 'symbol' || name in target) return Reflect.get(target, name, receiver) as unknown;
      throw new SaeLabError('variant.unnamed-parameter', {
        problem: `variant '${variant}' reads a parameter that it does not have`,
        field: name,
        expected: `one of ${Object.keys(target).join(', ')}`,
        fix: 'Make it in init and name it in roles, or correct the name.',
      });
    },
  });
}

/**
 * @param shape [B, dSae]
 * @throws SaeLabError `variant.wrong-shape`
 */
export function checkEncoded(variant: string, encoded: Encoded, shape: readonly number[]): void {
  const codes = Object.entries({ code: undefined, ...(encoded as object | undefined) });
  for (const [name, code] of codes as [string, Encoded['code'] | undefined][]) {
    if (code === undefined && name !== 'code') continue;
    const found = code instanceof tf.Tensor ? 'a tensor' : code?.shape;
    if (sameShape(found, shape)) continue;
    throw new SaeLabError('variant.wrong-shape', {
      problem: `variant '${variant}': encode returns something else than a code of the batch`,
      field: `encode().${name}`,
      expected: `a code of shape ${text(shape)}: the rows of the batch, the latents`,
      received: describe(found),
      fix: 'Return what ops.encode gives, from all of x and all rows of the encoder.',
    });
  }
}

/**
 * @param what whose result it is: `decode()`, `losses.sparsity`
 * @param shape [B, dIn] of a reconstruction, [] of a loss term
 * @throws SaeLabError `variant.wrong-shape`
 */
export function checkTensor(variant: string, what: string, tensor: unknown, shape: readonly number[]): void {
  const found = tensor instanceof tf.Tensor ? tensor.shape : undefined;
  if (sameShape(found, shape)) return;
  throw new SaeLabError('variant.wrong-shape', {
    problem: `variant '${variant}' returns a tensor of another shape than the contract says`,
    field: what,
    expected: `a tensor of shape ${text(shape)}`,
    received: describe(found),
    fix:
      shape.length === 0
        ? 'Reduce it to a scalar, a mean over the batch.'
        : 'Decode to one row of dIn numbers for each row of x.',
  });
}

/**
 * A step's state must have the tensors of the one before, or a checkpoint could not be read back.
 *
 * @throws SaeLabError `variant.wrong-state`
 */
export function checkState(variant: string, next: State, before: State): void {
  const [expected, received] = [layout(before), layout(next)];
  if (expected === received) return;
  throw new SaeLabError('variant.wrong-state', {
    problem: `variant '${variant}': update returns another state than init`,
    field: 'update()',
    expected: expected || 'none',
    received: received || 'none',
    fix: "Return all tensors of init's state, each of its shape and type, and no others.",
  });
}

function layout(state: State | undefined): string {
  return Object.entries(state ?? {})
    .map(([name, tensor]) =>
      tensor instanceof tf.Tensor ? `${name} ${tensor.dtype} ${text(tensor.shape)}` : `${name} (no tensor)`,
    )
    .toSorted()
    .join(', ');
}

function sameShape(found: readonly number[] | string | undefined, shape: readonly number[]): boolean {
  return Array.isArray(found) && text(found) === text(shape);
}

function describe(found: readonly number[] | string | undefined): string {
  if (found === undefined) return 'nothing of the kind';
  return typeof found === 'string' ? found : text(found);
}

function text(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
