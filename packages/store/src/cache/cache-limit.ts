import { describeValue, SaeLabError } from '@sae-lab/errors';

const DEFAULT = '50GB';
const UNITS = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/**
 * Bytes of the store's files that a data folder keeps although nothing uses them.
 *
 * @param given the variable SAE_LAB_STORE_CACHE; undefined if it is not set
 * @throws {SaeLabError} `cli.usage`
 */
export function cacheLimit(given: string = DEFAULT): number {
  const [, size, unit] = /^(\d+(?:\.\d+)?) ?([KMGT]?B)$/i.exec(given) ?? [];
  if (size !== undefined) return Number(size) * UNITS[unit!.toUpperCase() as keyof typeof UNITS];
  throw new SaeLabError('cli.usage', {
    problem: 'is not a size',
    field: 'SAE_LAB_STORE_CACHE',
    expected: 'a number with a unit, e.g. 50GB or 500MB',
    received: describeValue(given),
  });
}
