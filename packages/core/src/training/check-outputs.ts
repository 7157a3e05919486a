/** Checks a variant's results against the contract. Cheap enough to run in every step. */
import { SaeLabError } from '@sae-lab/errors';
import * as tf from '@tensorflow/tfjs';
import type { Encoded, Params, State } from '../variant/contract.ts';

/**
 * The parameters as a variant's functions see them. Reading one that does not exist throws here, instead of passing
 * `undefined` to a tfjs operation.
 *
 * @throws {SaeLabError} `variant.unnamed-parameter` for a missing parameter
 */
export function namedParams(variant: string, params: Params): Params {
  return new Proxy(params, {
    get(target, name, receiver) {
      if (typeof name === 'symbol' || name in target) return Reflect.get(target, name, receiver) as unknown;
      throw new SaeLabError('variant.unnamed-parameter', {
        problem: `variant '${variant}' reads a parameter that its init does not return`,
        field: name,
        expected: `one of ${Object.keys(target).join(', ')}`,
        fix: 'Return it from init and name it in roles, or correct the name.',
      });
    },
  });
}

/**
 * @param shape [B, dSae]
 * @throws {SaeLabError} `variant.wrong-shape`
 */
export function checkEncoded(variant: string, encoded: Encoded, shape: readonly number[]): void {
  const codes = Object.entries({ code: undefined, ...(encoded as object | undefined) });
  for (const [name, code] of codes as [string, Encoded['code'] | undefined][]) {
    if (code === undefined && name !== 'code') continue;
    const found = code instanceof tf.Tensor ? 'a tensor' : code?.shape;
    if (sameShape(found, shape)) continue;
    throw new SaeLabError('variant.wrong-shape', {
      problem: `variant '${variant}': encode() must return a code for every row of the batch`,
      field: `encode().${name}`,
      expected: `a code of shape ${text(shape)}: rows × latents`,
      received: describe(found),
      fix: 'Return the codes of ops.encode, computed from all rows of x and all rows of the encoder.',
    });
  }
}

/**
 * @param what the function that returned the tensor, e.g. `decode()` or `losses.sparsity`
 * @param shape [B, dIn] of a reconstruction, [] of a loss term
 * @throws {SaeLabError} `variant.wrong-shape`
 */
export function checkTensor(variant: string, what: string, tensor: unknown, shape: readonly number[]): void {
  const found = tensor instanceof tf.Tensor ? tensor.shape : undefined;
  if (sameShape(found, shape)) return;
  throw new SaeLabError('variant.wrong-shape', {
    problem: `variant '${variant}' returns a tensor of the wrong shape`,
    field: what,
    expected: `a tensor of shape ${text(shape)}`,
    received: describe(found),
    fix:
      shape.length === 0
        ? 'Reduce it to a scalar: the mean over the batch.'
        : 'Decode to one row of dIn values for each row of x.',
  });
}

/**
 * The state must keep its tensors from step to step, or a checkpoint could not be read back.
 *
 * @throws {SaeLabError} `variant.wrong-state`
 */
export function checkState(variant: string, next: State, before: State): void {
  const [expected, received] = [layout(before), layout(next)];
  if (expected === received) return;
  throw new SaeLabError('variant.wrong-state', {
    problem: `variant '${variant}': update() must return the same tensors as the state of init()`,
    field: 'update()',
    expected: expected || 'none',
    received: received || 'none',
    fix: "Return every tensor of init's state, with the same shape and dtype, and no others.",
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
  if (found === undefined) return 'neither a tensor nor a code';
  return typeof found === 'string' ? found : text(found);
}

function text(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
