/**
 * An exponential moving average without the bias of its start: the weighted mean of all values so far, where a value
 * counts `weight` times as much as its successor. Gaps stay gaps.
 *
 * @param weight from 0, which changes nothing, to below 1
 */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  let sum = 0;
  let total = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = sum * weight + value;
    total = total * weight + 1;
    return sum / total;
  });
}
