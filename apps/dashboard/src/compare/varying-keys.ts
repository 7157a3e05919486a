import type { CompareRow } from './compare-row.ts';
import type { ConfigKey } from './config-fields.ts';
import { isSetting, MISSING, valueOf } from './groups.ts';

/** A setting in which runs differ. */
export interface VaryingKey extends ConfigKey {
  /** Settings that these runs cannot tell from this one: they change with it. */
  readonly tied: readonly ConfigKey[];
  /** Whether some variants do not have it at all, e.g. k. Then its absence says no more than the variant does. */
  readonly isConditional: boolean;
}

const VARIANT = 'variant';

/**
 * The settings in which these runs differ, in the order of the keys. Of settings that change together, the first counts. A
 * setting that each variant has at one value follows the variant.
 */
export function varyingKeys(rows: readonly CompareRow[], keys: readonly ConfigKey[]): VaryingKey[] {
  const variants = [...Map.groupBy(rows, (row) => valueOf(row, VARIANT)).values()];
  const byPartition = Map.groupBy(keys, ({ key }) => {
    if (!isSetting(key) || distinct(rows, key) < 2) return 'not varying';
    const followsVariant = variants.every((members) => distinct(members, key) === 1);
    return followsVariant ? VARIANT : partitionOf(rows, key);
  });
  byPartition.delete('not varying');
  return [...byPartition.values()].map(([first, ...tied]) => ({
    ...first!,
    tied,
    isConditional: isConditional(variants, first!.key),
  }));
}

function distinct(rows: readonly CompareRow[], key: string): number {
  return new Set(rows.map((row) => valueOf(row, key))).size;
}

function isConditional(variants: readonly (readonly CompareRow[])[], key: string): boolean {
  const presence = variants.map((members) => new Set(members.map((row) => valueOf(row, key) !== MISSING)));
  return presence.every(({ size }) => size === 1) && presence.some((one) => one.has(false));
}

/** Equal for keys that divide the runs in the same way. */
function partitionOf(rows: readonly CompareRow[], key: string): string {
  const places = new Map<string, number>();
  return rows
    .map((row) => {
      const value = valueOf(row, key);
      const place = places.get(value) ?? places.size;
      places.set(value, place);
      return place;
    })
    .join(' ');
}
