/**
 * An exponential moving average without the bias of its start: the weighted mean of all values so far, where a value
 * counts `weight` times as much as one that is a stretch later. The stretch does not depend on the buckets, so that a
 * finer or a longer curve is smoothed as much. Gaps stay gaps.
 *
 * @param at where each value is, rising
 * @param weight from 0, which changes nothing, to below 1
 * @param stretch in the unit of `at`
 */
export function smooth(
  at: readonly number[],
  values: readonly (number | null)[],
  weight: number,
  stretch: number,
): (number | null)[] {
  let sum = 0;
  let total = 0;
  let before: number | undefined;
  return values.map((value, index) => {
    if (value === null || weight === 0) return value;
    const kept = before === undefined ? 0 : weight ** ((at[index]! - before) / stretch);
    before = at[index]!;
    sum = sum * kept + value;
    total = total * kept + 1;
    return sum / total;
  });
}
