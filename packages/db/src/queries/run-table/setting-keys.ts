import type { Db } from '../../connection/connect.ts';
import { runKeys } from '../../schema/index.ts';
import type { JsonObject } from '../../schema/index.ts';

/** Settings that are columns of the run. */
const COLUMNS_ALREADY = new Set(['hyper', 'variant', 'hook', 'dSae', 'seed', 'activationsId']);

interface Configured {
  readonly hyper: JsonObject;
  readonly config: JsonObject;
}

/** Remembers the keys of the settings of new runs. */
export async function addSettingKeys(tx: Db, configured: readonly Configured[]): Promise<void> {
  const found = new Map<string, readonly ['hyper' | 'config', ...string[]]>();
  for (const { hyper, config } of configured) {
    for (const path of leavesOf(hyper)) found.set(['hyper', ...path].join('.'), ['hyper', ...path]);
    for (const path of leavesOf(config)) {
      if (!COLUMNS_ALREADY.has(path[0]!)) found.set(path.join('.'), ['config', ...path]);
    }
  }
  // Sorted, so that sweeps that start together insert in the same order and cannot deadlock.
  const rows = [...found].map(([key, path]) => ({ key, path })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  if (rows.length > 0) await tx.insert(runKeys).values(rows).onConflictDoNothing();
}

/** Paths of everything but objects. A list is one setting. */
function leavesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[...path]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}
