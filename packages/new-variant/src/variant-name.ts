import { Script } from 'node:vm';
import { SaeLabError } from '@sae-lab/errors';

/** The name that experiments import: `topSigma` for `top-sigma`. */
export function identifierOf(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Refuses names that cannot be a package or an import.
 *
 * @param inUse words that the generated code already uses
 * @throws {SaeLabError} new-variant.bad-name, new-variant.reserved-name
 */
export function requireName(name: string, inUse: ReadonlySet<string>): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 50) {
    throw new SaeLabError('new-variant.bad-name', {
      problem: 'is not a valid name for a variant',
      field: '<name>',
      expected: 'kebab case: lower-case letters, digits and single hyphens, at most 50 characters',
      received: JSON.stringify(name),
      fix: 'Use the name from the paper, e.g. top-sigma. It names the folder, the package and the variant.',
    });
  }
  const identifier = identifierOf(name);
  if (canBeDeclared(identifier) && !(identifier in globalThis) && !inUse.has(identifier)) return;
  throw new SaeLabError('new-variant.reserved-name', {
    problem: `experiments would import it as \`${identifier}\`, which is reserved in TypeScript or used in the variant's own file`,
    field: '<name>',
    received: JSON.stringify(name),
    fix: `Add a word, e.g. ${name}-sae.`,
  });
}

function canBeDeclared(identifier: string): boolean {
  try {
    // Compiled but never run. `async`, because `await` is reserved in modules.
    void new Script(`'use strict'; async () => { const ${identifier} = 0; };`);
    return true;
  } catch {
    return false;
  }
}
