import { SaeLabError } from '@sae-lab/errors';
import type { Params, Roles } from '../variant/contract.ts';

/**
 * Checks the parameters that a variant's `init` returned against its `roles`.
 *
 * @throws {SaeLabError} `variant.wrong-shape`, `variant.unnamed-parameter`, `variant.two-roles`, `variant.shared-tensor`
 */
export function checkParams(
  variant: string,
  params: Params,
  roles: Roles<Params>,
  sizes: { dIn: number; dSae: number },
): void {
  const expected = shapesByRole(roles, sizes);
  const named = expected.map(([name]) => name);
  const unnamed = Object.keys(params).find((name) => !named.includes(name));
  if (unnamed !== undefined) {
    throw new SaeLabError('variant.unnamed-parameter', {
      problem: `variant '${variant}' has a parameter without a role`,
      field: unnamed,
      expected: `one of ${named.join(', ')}`,
      fix: 'Name it in roles (encoder, decoder, perLatent, perDimension), or move it to the state.',
    });
  }
  const twice = named.find((name, i) => named.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new SaeLabError('variant.two-roles', {
      problem: `variant '${variant}' gives a parameter several roles`,
      field: twice,
      expected: 'one role for each parameter',
      received: `${named.filter((name) => name === twice).length} roles`,
      fix: 'Use a separate parameter for each role.',
    });
  }
  const names = Object.keys(params);
  const shared = names.find((name, i) => names.slice(0, i).some((other) => params[other] === params[name]));
  if (shared !== undefined) {
    throw new SaeLabError('variant.shared-tensor', {
      problem: `variant '${variant}' initialises two parameters with the same tensor`,
      field: shared,
      expected: 'one tensor per parameter: a shared one would get the gradients of both',
      fix: 'Initialise one of them with tf.clone of the other.',
    });
  }
  for (const [name, shape] of expected) {
    const found = params[name]?.shape;
    if (found !== undefined && found.length === shape.length && found.every((size, i) => size === shape[i]))
      continue;
    throw new SaeLabError('variant.wrong-shape', {
      problem: `variant '${variant}' initialises a parameter with the wrong shape for its role`,
      field: name,
      expected: `the shape [${shape.join(', ')}], one row per latent`,
      received: found === undefined ? 'no such parameter' : `[${found.join(', ')}]`,
      fix: "Correct the variant's init or its roles.",
    });
  }
}

/** Name and shape of each parameter that the roles name. */
export function shapesByRole(
  { encoder, decoder, perLatent, perDimension }: Roles<Params>,
  { dIn, dSae }: { dIn: number; dSae: number },
): [name: string, shape: number[]][] {
  return [
    [encoder, [dSae, dIn]],
    [decoder, [dSae, dIn]],
    ...Object.keys(perLatent).map((name): [string, number[]] => [name, [dSae]]),
    ...perDimension.map((name): [string, number[]] => [name, [dIn]]),
  ];
}
