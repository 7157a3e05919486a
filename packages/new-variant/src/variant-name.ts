import { Script } from 'node:vm';
import { SaeLabError } from '@sae-lab/errors';

/** The function that an experiment imports: `topSigma` for `top-sigma`. */
export function identifierOf(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Refuses a name that cannot be a variant's.
 *
 * @param inUse identifiers that the generated code uses for something else
 * @throws {SaeLabError} `new-variant.bad-name`, `new-variant.reserved-name`
 */
export function requireName(name: string, inUse: ReadonlySet<string>): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 50) {
    throw new SaeLabError('new-variant.bad-name', {
      problem: 'is not a valid name for a variant',
      field: '<name>',
      expected: 'kebab case (lower-case letters, digits and hyphens), at most 50 characters',
      received: JSON.stringify(name),
      fix: 'Use the name that the paper gives it, e.g. top-sigma. The folder and the package get this name too.',
    });
  }
  const identifier = identifierOf(name);
  if (canBeDeclared(identifier) && !(identifier in globalThis) && !inUse.has(identifier)) return;
  throw new SaeLabError('new-variant.reserved-name', {
    problem: `experiments would import it as \`${identifier}\`, which is taken in TypeScript or in the variant's own file`,
    field: '<name>',
    received: JSON.stringify(name),
    fix: `Choose a longer name, e.g. ${name}-sae.`,
  });
}

function canBeDeclared(identifier: string): boolean {
  try {
    // Compiled but never run. The function is async because `await` is reserved in modules.
    void new Script(`'use strict'; async () => { const ${identifier} = 0; };`);
    return true;
  } catch {
    return false;
  }
}
