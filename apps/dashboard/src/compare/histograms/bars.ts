/** A histogram as shares of what it counts, so that runs with different numbers of tokens or latents can be compared. */
export interface Bars {
  readonly bins: readonly {
    readonly from: number;
    readonly to: number;
    readonly count: number;
    readonly share: number;
  }[];
  /** Latents that never fired, which a histogram of densities leaves out. */
  readonly dead: number;
  readonly deadShare: number;
  readonly total: number;
}

/** The axes that all histograms share. */
export interface Frame {
  readonly low: number;
  readonly high: number;
  /** The tallest bar, as a share. */
  readonly most: number;
  readonly hasDead: boolean;
}

/** @param dead number of dead latents, where the histogram leaves them out */
export function barsOf(
  { edges, counts }: { edges: readonly number[]; counts: readonly number[] },
  dead: number,
): Bars {
  const total = counts.reduce((sum, count) => sum + count, 0) + dead;
  const share = (count: number) => (total === 0 ? 0 : count / total);
  return {
    bins: counts.flatMap((count, index) =>
      count === 0 ? [] : [{ from: edges[index]!, to: edges[index + 1]!, count, share: share(count) }],
    ),
    dead,
    deadShare: share(dead),
    total,
  };
}

/** The smallest frame that holds every bar. */
export function frameOf(all: readonly Bars[]): Frame {
  const bins = all.flatMap(({ bins: own }) => own);
  const low = bins.reduce((least, { from }) => Math.min(least, from), Infinity);
  const high = bins.reduce((most, { to }) => Math.max(most, to), -Infinity);
  const tallest = [...bins.map(({ share }) => share), ...all.map(({ deadShare }) => deadShare)];
  return {
    ...(high > low ? { low, high } : { low: 0, high: 1 }),
    most: tallest.reduce((most, share) => Math.max(most, share), 0) || 1,
    hasDead: all.some(({ dead }) => dead > 0),
  };
}
