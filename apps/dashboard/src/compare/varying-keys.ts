import type { CompareRow } from './compare-row.ts';
import type { ConfigKey } from './config-fields.ts';
import { isSetting, MISSING, valueOf } from './groups.ts';

/** A setting in which runs differ. */
export interface VaryingKey extends ConfigKey {
  /** Settings that change whenever this one does, and only then: these runs cannot tell them apart. */
  readonly tied: readonly ConfigKey[];
  /** Whether some variants do not have it at all, e.g. k. Then its absence says no more than the variant does. */
  readonly isConditional: boolean;
}

/** The settings in which these runs differ, in the order of the keys. Of settings that change together, the first counts. */
export function varyingKeys(rows: readonly CompareRow[], keys: readonly ConfigKey[]): VaryingKey[] {
  const settings = keys
    .filter(({ key }) => isSetting(key))
    .map((key) => ({ ...key, isConditional: isConditional(rows, key.key) }))
    .filter(({ key, isConditional: conditional }) => !conditional || hasSeveral(rows, key));
  const byPartition = Map.groupBy(settings, ({ key }) => partitionOf(rows, key));
  return [...byPartition].flatMap(([partition, [first, ...tied]]) =>
    partition === '' ? [] : [{ ...first!, tied }],
  );
}

function isConditional(rows: readonly CompareRow[], key: string): boolean {
  const variants = Map.groupBy(rows, ({ variant }) => variant);
  const presence = [...variants.values()].map(
    (members) => new Set(members.map((row) => valueOf(row, key) !== MISSING)),
  );
  return presence.every(({ size }) => size === 1) && presence.some((one) => one.has(false));
}

/** Whether runs differ in it among those that have it. */
function hasSeveral(rows: readonly CompareRow[], key: string): boolean {
  return new Set(rows.map((row) => valueOf(row, key)).filter((value) => value !== MISSING)).size > 1;
}

/** Equal for keys that divide the runs in the same way; empty where all runs have one value. */
function partitionOf(rows: readonly CompareRow[], key: string): string {
  const places = new Map<string, number>();
  const partition = rows.map((row) => {
    const value = valueOf(row, key);
    const place = places.get(value) ?? places.size;
    places.set(value, place);
    return place;
  });
  return places.size < 2 ? '' : partition.join(' ');
}
