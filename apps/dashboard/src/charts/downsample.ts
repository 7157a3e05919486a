/** Points of a curve; steps rise. */
export interface Points {
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/**
 * Reduces a curve to about `most` points that draw the same line: the smallest, the largest and the last value of each
 * bucket of steps. Buckets are 2ⁿ steps wide and aligned to their width, so a growing curve keeps its points until the
 * width doubles. The first non-finite value of a bucket is kept too, so that the line shows its gap.
 */
export function downsample({ steps, values }: Points, most: number): Points {
  if (steps.length <= most) return { steps, values };
  const span = steps.at(-1)! - steps[0]! + 1;
  // Three points per bucket.
  const width = 2 ** Math.ceil(Math.log2((3 * span) / most));
  const kept: number[] = [];
  for (let start = 0; start < steps.length;) {
    const bucket = Math.floor(steps[start]! / width);
    let end = start;
    let smallest: number | undefined;
    let largest: number | undefined;
    let gap: number | undefined;
    for (; end < steps.length && Math.floor(steps[end]! / width) === bucket; end++) {
      const value = values[end]!;
      if (!Number.isFinite(value)) gap ??= end;
      else {
        if (smallest === undefined || value < values[smallest]!) smallest = end;
        if (largest === undefined || value > values[largest]!) largest = end;
      }
    }
    const chosen = new Set([smallest, largest, gap, end - 1].filter((index) => index !== undefined));
    kept.push(...[...chosen].toSorted((a, b) => a - b));
    start = end;
  }
  return { steps: kept.map((index) => steps[index]!), values: kept.map((index) => values[index]!) };
}
