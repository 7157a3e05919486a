import type { CompareRow } from '../compare-row.ts';
import type { ConfigKey } from '../config-fields.ts';
import { valueOf } from '../groups.ts';
import { settingOf } from '../setting.ts';

/**
 * The settings that vary among the runs of one variant in one group, if they are several: one sets sparsity, and with
 * another one runs of close L0 may not belong on one curve.
 */
export function alsoVarying(
  rows: readonly CompareRow[],
  by: string,
  keys: readonly ConfigKey[],
): ConfigKey[] {
  const clusters = Map.groupBy(rows, (row) =>
    JSON.stringify([valueOf(row, by), settingOf(row, by), row.variant]),
  );
  const varying = new Set<string>();
  for (const members of clusters.values()) {
    const own = new Set(members.flatMap(({ settings }) => Object.keys(settings)));
    const differing = [...own].filter(
      (key) => new Set(members.map(({ settings }) => settings[key])).size > 1,
    );
    if (differing.length > 1) for (const key of differing) varying.add(key);
  }
  return keys.filter(({ key }) => varying.has(key));
}
