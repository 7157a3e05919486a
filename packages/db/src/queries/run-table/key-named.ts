import { expectedName, SaeLabError } from '@sae-lab/errors';
import { findKey } from '../../filter/keys.ts';
import type { StoredKey } from './run-table-keys.ts';

/**
 * @param field what names the key, for the message
 * @throws {SaeLabError} `filter.unknown-key`
 */
export function keyNamed(keys: readonly StoredKey[], name: string, field: string): StoredKey {
  const key = findKey(keys, name);
  if (key) return key;
  throw new SaeLabError('filter.unknown-key', {
    problem: 'no run has this key',
    field,
    expected: expectedName(
      name,
      keys.map((known) => known.key),
    ),
    received: name,
  });
}
