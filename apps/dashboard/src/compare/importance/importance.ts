import type { Figure, Keyed } from '@sae-lab/measures';
import type { CompareRow } from '../compare-row.ts';
import type { ConfigKey } from '../config-fields.ts';
import { MISSING, valueOf, valuesOf } from '../groups.ts';
import type { Interval } from '../statistics/interval.ts';
import { varyingKeys, type VaryingKey } from '../varying-keys.ts';
import { forestImportance } from './forest.ts';
import type { Feature } from './tree.ts';

/** With fewer runs, trees see too little of the settings. */
export const LEAST_RUNS = 10;

/** A measure whose largest value is this many times its smallest is taken as its logarithm. */
const LOG_FROM = 20;
/** Values that differ less than this share of their size are equal. */
const EQUAL = 1e-9;

export interface KeyImportance extends VaryingKey {
  readonly share: Interval;
  /** Distinct values. */
  readonly values: number;
  /** The value with the best mean; undefined for the seed, and for a measure without a better end. */
  readonly best: string | undefined;
}

export type Importance =
  | { readonly kind: 'too-few'; readonly runs: number }
  | { readonly kind: 'no-settings' }
  | { readonly kind: 'constant' }
  | {
      readonly kind: 'found';
      /** The most important first. */
      readonly keys: readonly KeyImportance[];
      readonly rows: readonly CompareRow[];
      readonly log: boolean;
      /** Share of the variance that the forest explains on runs that a tree has not seen. */
      readonly explained: number;
    };

/**
 * How much each setting contributes to the variance of a measure. The seed takes part like a setting: what it contributes is
 * noise.
 */
export function importanceOf(
  all: readonly CompareRow[],
  keys: readonly ConfigKey[],
  measure: Keyed<Figure>,
): Importance {
  const rows = all.filter(({ figures }) => figures[measure.key] !== undefined);
  if (rows.length < LEAST_RUNS) return { kind: 'too-few', runs: rows.length };
  const settings = varyingKeys(rows, keys);
  if (settings.length === 0) return { kind: 'no-settings' };
  const values = rows.map(({ figures }) => figures[measure.key]!);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high - low <= EQUAL * Math.max(Math.abs(low), Math.abs(high))) return { kind: 'constant' };
  const log = low > 0 && high / low >= LOG_FROM;
  const target = Float64Array.from(values, (value) => (log ? Math.log(value) : value));
  const seed = keys
    .filter(({ key }) => key === 'seed')
    .map((key) => ({ ...key, tied: [], isConditional: false }));
  const studied = [...settings, ...seed];
  const { shares, explained } = forestImportance(
    studied.map((key) => featureOf(rows, key)),
    target,
  );
  return {
    kind: 'found',
    rows,
    log,
    explained,
    keys: studied
      .map((key, index) => ({
        ...key,
        share: shares[index]!,
        values: valuesOf(rows, key.key).length,
        best: key.key === 'seed' ? undefined : bestValue(rows, key.key, measure),
      }))
      .toSorted((a, b) => b.share.mean - a.share.mean),
  };
}

/** Runs without a setting have a separate level, below all numbers, so that one cut sets them apart. */
function featureOf(rows: readonly CompareRow[], { key, isConditional }: VaryingKey): Feature {
  const values = valuesOf(rows, key);
  const present = values.filter((value) => value !== MISSING);
  const ordered = key !== 'seed' && present.every((value) => value !== '' && Number.isFinite(Number(value)));
  if (ordered) present.sort((a, b) => Number(a) - Number(b));
  const order = [...(values.length > present.length ? [MISSING] : []), ...present];
  const levels = new Map(order.map((value, level) => [value, level]));
  return {
    levels: Int32Array.from(rows, (row) => levels.get(valueOf(row, key))!),
    count: order.length,
    ordered,
    isConditional,
  };
}

function bestValue(
  rows: readonly CompareRow[],
  key: string,
  { key: figure, better = 'neither' }: Keyed<Figure>,
): string | undefined {
  if (better === 'neither') return undefined;
  const means = [...Map.groupBy(rows, (row) => valueOf(row, key))].map(([value, members]) => ({
    value,
    mean: members.reduce((sum, { figures }) => sum + figures[figure]!, 0) / members.length,
  }));
  const sign = better === 'higher' ? 1 : -1;
  return means.toSorted((a, b) => sign * (b.mean - a.mean))[0]?.value;
}
