import { Script } from 'node:vm';
import { SaeLabError } from '@sae-lab/errors';

/** What an experiment calls: `top-sigma` is `topSigma`. */
export function identifierOf(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * @param inUse words that the generated code uses for something else
 * @throws SaeLabError `new-variant.bad-name`, `new-variant.reserved-name`
 */
export function requireName(name: string, inUse: ReadonlySet<string>): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 50) {
    throw new SaeLabError('new-variant.bad-name', {
      problem: 'is no name for a variant',
      field: 'NAME',
      expected: 'kebab case (small letters and digits, hyphens between), at most 50 characters',
      received: JSON.stringify(name),
      fix: 'The folder, the package and the variant get it: name it as the paper does, e.g. top-sigma.',
    });
  }
  const identifier = identifierOf(name);
  if (canBeDeclared(identifier) && !(identifier in globalThis) && !inUse.has(identifier)) return;
  throw new SaeLabError('new-variant.reserved-name', {
    problem: `experiments would import it as \`${identifier}\`, which means something else in TypeScript or in the variant's own file`,
    field: 'NAME',
    received: JSON.stringify(name),
    fix: `Add to it, e.g. ${name}-sae.`,
  });
}

function canBeDeclared(identifier: string): boolean {
  try {
    // Compiled, not run. `await` is reserved in modules, which are async.
    void new Script(`'use strict'; async () => { const ${identifier} = 0; };`);
    return true;
  } catch {
    return false;
  }
}
