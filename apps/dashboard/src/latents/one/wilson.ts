/** Quantile of the standard normal distribution for 95 % intervals. */
const Z = 1.959964;

/**
 * Wilson's 95 % interval of a fraction of independent trials.
 *
 * Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
 */
export function wilsonInterval(fraction: number, trials: number): { low: number; high: number } | undefined {
  if (!(trials > 0)) return undefined;
  const square = Z ** 2 / trials;
  const centre = (fraction + square / 2) / (1 + square);
  const half = (Z * Math.sqrt((fraction * (1 - fraction)) / trials + square / (4 * trials))) / (1 + square);
  return {
    low: fraction === 0 ? 0 : Math.max(0, centre - half),
    high: fraction === 1 ? 1 : Math.min(1, centre + half),
  };
}
