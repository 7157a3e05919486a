// Finds the largest of a list of entries by keys: integers that sort as the entries do.

/** The bits of Infinity. Positive floats sort as their bits do. */
const INFINITY: u32 = 0x7f800000;

/** The key of a value. NaN ranks as the largest. */
export function keyOf(value: f32): u32 {
  const bits = reinterpret<u32>(value);
  return (bits & 0x7fffffff) > INFINITY ? INFINITY : bits;
}

/** The number of keys that are at least `bound`. Keys are positive as signed integers. */
function countFrom(keys: usize, count: usize, bound: u32): usize {
  const least = i32x4.splat(bound - 1);
  let sums = i32x4.splat(0);
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) sums = i32x4.sub(sums, i32x4.gt_s(v128.load(keys + (i << 2)), least));
  let sum =
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3);
  for (; i < count; i++) if (load<u32>(keys + (i << 2)) >= bound) sum++;
  return <usize>sum;
}

export function writeKeys(values: usize, count: usize, keys: usize): void {
  const most = i32x4.splat(INFINITY);
  const sizes = i32x4.splat(0x7fffffff);
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const bits = v128.load(values + (i << 2));
    const isNumber = i32x4.le_s(v128.and(bits, sizes), most);
    v128.store(keys + (i << 2), v128.bitselect(bits, most, isNumber));
  }
  for (; i < count; i++) store<u32>(keys + (i << 2), keyOf(load<f32>(values + (i << 2))));
}

/** The smallest key, and in the upper half the largest. Keys are positive as signed integers. */
function extremes(keys: usize, count: usize): u64 {
  let lows = i32x4.splat(INFINITY);
  let highs = i32x4.splat(0);
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const four = v128.load(keys + (i << 2));
    lows = i32x4.min_s(lows, four);
    highs = i32x4.max_s(highs, four);
  }
  let low: i32 = min(
    min(i32x4.extract_lane(lows, 0), i32x4.extract_lane(lows, 1)),
    min(i32x4.extract_lane(lows, 2), i32x4.extract_lane(lows, 3)),
  );
  let high: i32 = max(
    max(i32x4.extract_lane(highs, 0), i32x4.extract_lane(highs, 1)),
    max(i32x4.extract_lane(highs, 2), i32x4.extract_lane(highs, 3)),
  );
  for (; i < count; i++) {
    const key = load<i32>(keys + (i << 2));
    low = min(low, key);
    high = max(high, key);
  }
  return ((<u64>high) << 32) | <u64>low;
}

/** The k-th largest of more than k keys, or a number between it and the next smaller one. */
export function kthLargest(keys: usize, count: usize, k: usize): u32 {
  const both = extremes(keys, count);
  let low = <u32>both;
  let high = <u32>(both >> 32) + 1;
  while (high - low > 1) {
    const middle = low + ((high - low) >> 1);
    const found = countFrom(keys, count, middle);
    if (found === k) return middle;
    if (found > k) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Keeps the k largest entries, in place. Of equal entries, it keeps the first.
 *
 * @param keys scratch for a number per entry
 * @returns the smallest value that was kept
 */
export function keepLargest(k: usize, count: usize, columnOf: usize, values: usize, keys: usize): f32 {
  writeKeys(values, count, keys);
  const both = extremes(keys, count);
  let low = <u32>both;
  // At least k keys are ≥ `low`, fewer are ≥ `high`.
  let high = <u32>(both >> 32) + 1;
  let above: usize = 0;
  let reached = count;
  while (reached !== k && high - low > 1) {
    const middle = low + ((high - low) >> 1);
    const found = countFrom(keys, count, middle);
    if (found >= k) {
      low = middle;
      reached = found;
    } else {
      high = middle;
      above = found;
    }
  }
  let kept: usize = 0;
  if (reached === k) {
    // There are no ties, so no branch is needed; it could not be predicted.
    for (let i: usize = 0; i < count; i++) {
      store<u32>(columnOf + (kept << 2), load<u32>(columnOf + (i << 2)));
      store<u32>(values + (kept << 2), load<u32>(values + (i << 2)));
      kept += <usize>(load<u32>(keys + (i << 2)) >= low);
    }
    return reinterpret<f32>(low);
  }
  let equal = k - above;
  for (let i: usize = 0; i < count; i++) {
    const key = load<u32>(keys + (i << 2));
    if (key < low || (key === low && equal === 0)) continue;
    if (key === low) equal--;
    store<u32>(columnOf + (kept << 2), load<u32>(columnOf + (i << 2)));
    store<u32>(values + (kept << 2), load<u32>(values + (i << 2)));
    kept++;
  }
  return reinterpret<f32>(low);
}

/** Counts entries by the upper half of their keys, in the first 32768 counters of `histogram`: keys have no sign bit. */
function countSizes(values: usize, count: usize, histogram: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const at = histogram + ((<usize>(keyOf(load<f32>(values + (i << 2))) >> 16)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}

/**
 * Keeps the `wanted` largest entries of all rows, of which there are at least as many, in place. Of equal entries, it keeps
 * the first.
 *
 * @param rowCount entries of each row, updated
 * @param histogram scratch for 65536 counters
 * @returns the smallest value that was kept
 */
export function keepLargestOfAll(
  wanted: usize,
  count: usize,
  rows: usize,
  rowCount: usize,
  columnOf: usize,
  values: usize,
  histogram: usize,
): f32 {
  memory.fill(histogram, 0, 65536 << 2);
  countSizes(values, count, histogram);
  let left = wanted;
  let upper: u32 = 32767;
  for (; upper > 0; upper--) {
    const size = <usize>load<u32>(histogram + ((<usize>upper) << 2));
    if (size >= left) break;
    left -= size;
  }
  memory.fill(histogram, 0, 65536 << 2);
  for (let i: usize = 0; i < count; i++) {
    const key = keyOf(load<f32>(values + (i << 2)));
    if (key >> 16 !== upper) continue;
    const at = histogram + ((<usize>(key & 0xffff)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let lower: u32 = 65535;
  for (; lower > 0; lower--) {
    const size = <usize>load<u32>(histogram + ((<usize>lower) << 2));
    if (size >= left) break;
    left -= size;
  }
  const bound = (upper << 16) | lower;
  let kept: usize = 0;
  let entry: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    const end = entry + <usize>load<u32>(rowCount + (row << 2));
    const start = kept;
    for (; entry < end; entry++) {
      const key = keyOf(load<f32>(values + (entry << 2)));
      if (key < bound || (key === bound && left === 0)) continue;
      if (key === bound) left--;
      store<u32>(columnOf + (kept << 2), load<u32>(columnOf + (entry << 2)));
      store<u32>(values + (kept << 2), load<u32>(values + (entry << 2)));
      kept++;
    }
    store<u32>(rowCount + (row << 2), <u32>(kept - start));
  }
  return reinterpret<f32>(bound);
}
