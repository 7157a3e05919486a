import type { CompareRow } from './compare-row.ts';
import type { ConfigKey } from './config-fields.ts';
import { isSetting, valueOf } from './groups.ts';

/** A setting in which runs differ. */
export interface VaryingKey extends ConfigKey {
  /** Settings that change whenever this one does, and only then: these runs cannot tell them apart. */
  readonly tied: readonly ConfigKey[];
}

/** The settings in which these runs differ, in the order of the keys. Of settings that change together, the first counts. */
export function varyingKeys(rows: readonly CompareRow[], keys: readonly ConfigKey[]): VaryingKey[] {
  const settings = keys.filter(({ key }) => isSetting(key));
  const byPartition = Map.groupBy(settings, ({ key }) => partitionOf(rows, key));
  return [...byPartition].flatMap(([partition, [first, ...tied]]) =>
    partition === '' ? [] : [{ ...first!, tied }],
  );
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
