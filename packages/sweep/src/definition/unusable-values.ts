/** Values that pass the schemas, but that Postgres or float32 cannot hold. */
import { FLOAT32_PROBLEM, fitsFloat32 } from '@sae-lab/core';
import { describeValue } from '@sae-lab/errors';
import { joinPath, type Problem } from './problems.ts';

/**
 * Finds text that Postgres cannot store, in values and keys.
 *
 * @param value JSON
 * @param path its place in the definition
 */
export function problemsOfTexts(value: unknown, path: string): Problem[] {
  return problemsOfLeaves(value, path, (leaf, at) => (isStorable(leaf) ? [] : [unstorable(leaf, at)]));
}

/** Also finds numbers that overflow or underflow in float32. */
export function problemsOfHyper(value: unknown, path: string): Problem[] {
  return problemsOfLeaves(value, path, (leaf, at) => {
    if (typeof leaf === 'number' && !fitsFloat32(leaf)) {
      const { error, params } = FLOAT32_PROBLEM;
      return [{ field: at, problem: error, ...params, received: describeValue(leaf) }];
    }
    return isStorable(leaf) ? [] : [unstorable(leaf, at)];
  });
}

function problemsOfLeaves(
  value: unknown,
  path: string,
  problemsOf: (leaf: unknown, path: string) => Problem[],
): Problem[] {
  if (typeof value !== 'object' || value === null) return problemsOf(value, path);
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = joinPath(path, [Array.isArray(value) ? Number(key) : key]);
    return [...problemsOf(key, at), ...problemsOfLeaves(inner, at, problemsOf)];
  });
}

function isStorable(value: unknown): boolean {
  return typeof value !== 'string' || (!value.includes('\0') && value.isWellFormed());
}

function unstorable(text: unknown, path: string): Problem {
  return {
    field: path,
    problem: 'has a character that cannot be stored',
    expected: 'text without U+0000 and without unpaired surrogates',
    received: describeValue(text),
    fix: 'Remove it.',
  };
}
