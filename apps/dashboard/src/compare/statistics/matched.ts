import { interpolateAt, reachOf, type SparsityPoint } from './interpolate.ts';
import { intervalOf, type Interval } from './interval.ts';

/** A run with the two numbers that a comparison at matched L0 needs. */
export interface MatchedRun extends SparsityPoint {
  /** What is compared, e.g. the variant. */
  readonly group: string;
  /** What must be the same to be comparable, e.g. the hook: runs are matched within it only. */
  readonly setting: string;
  readonly seed: number;
}

export type Better = 'higher' | 'lower' | 'neither';

/**
 * What the interval of a difference says. `one-seed`: one seed has no interval. `apart`: it excludes 0, for a measure without
 * a better end.
 */
export type Verdict = 'better' | 'worse' | 'apart' | 'cannot-distinguish' | 'one-seed';

export interface MatchedCell {
  readonly setting: string;
  readonly group: string;
  readonly l0: number;
  /** Over the seeds whose runs bracket this L0; undefined if none does. */
  readonly value: Interval | undefined;
  /** The L0s that the group's runs reach, over all seeds. */
  readonly reach: readonly [number, number] | undefined;
  /** To the baseline, over the seeds that both have; undefined for the baseline itself and without common seeds. */
  readonly difference: Interval | undefined;
  readonly verdict: Verdict | undefined;
}

/**
 * The measure of each group at each L0, and its difference to the baseline, paired by seed. Each seed is interpolated by
 * itself.
 *
 * @param targets the L0s
 * @returns by setting, then L0, then group, each in order of appearance
 */
export function matchedAt(
  runs: readonly MatchedRun[],
  targets: readonly number[],
  baseline: string,
  better: Better,
): MatchedCell[] {
  const groups = [...new Set(runs.map(({ group }) => group))];
  return [...Map.groupBy(runs, ({ setting }) => setting)].flatMap(([setting, ofSetting]) => {
    const byGroup = Map.groupBy(ofSetting, ({ group }) => group);
    return targets.flatMap((l0) => {
      const reference = bySeed(byGroup.get(baseline) ?? [], l0);
      return groups
        .filter((group) => byGroup.has(group))
        .map((group) => {
          const members = byGroup.get(group)!;
          const values = bySeed(members, l0);
          const difference =
            group === baseline
              ? undefined
              : intervalOf(
                  [...values].flatMap(([seed, value]) =>
                    reference.has(seed) ? [value - reference.get(seed)!] : [],
                  ),
                );
          return {
            setting,
            group,
            l0,
            value: intervalOf([...values.values()]),
            reach: reachOf(members),
            difference,
            verdict: difference && verdictOf(difference, better),
          };
        });
    });
  });
}

function bySeed(runs: readonly MatchedRun[], l0: number): Map<number, number> {
  const values = new Map<number, number>();
  for (const [seed, members] of Map.groupBy(runs, (run) => run.seed)) {
    const value = interpolateAt(members, l0);
    if (value !== undefined) values.set(seed, value);
  }
  return values;
}

/** What the interval of a difference says. */
export function verdictOf({ mean, low, high }: Interval, better: Better): Verdict {
  if (low === null || high === null) return 'one-seed';
  if (low <= 0 && high >= 0) return 'cannot-distinguish';
  if (better === 'neither') return 'apart';
  return mean > 0 === (better === 'higher') ? 'better' : 'worse';
}
