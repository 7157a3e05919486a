import type { LatentCounts } from '@sae-lab/db/reading';

/** As the database counts them, four for each power of ten from 10⁻⁷ to 1. */
const BINS = { lowest: -7, perDecade: 4, count: 28 };

export interface DensityBin {
  /** At least `from`, below `to`; the last bin contains 1. */
  readonly from: number;
  readonly to: number;
  readonly total: number;
  readonly matching: number;
}

/** The bins from the first one with latents to density 1. At least one power of ten. */
export function densityBins({ bins }: LatentCounts): DensityBin[] {
  const byBin = new Map(bins.map((bin) => [bin.bin, bin]));
  const first = Math.max(0, Math.min(bins[0]?.bin ?? BINS.count, BINS.count - BINS.perDecade) - 1);
  return Array.from({ length: BINS.count - first }, (_, index) => {
    const { total = 0, matching = 0 } = byBin.get(first + index) ?? {};
    return { from: edge(first + index), to: edge(first + index + 1), total, matching };
  });
}

function edge(bin: number): number {
  // Rounded, since it is written into addresses.
  return Number((10 ** (BINS.lowest + bin / BINS.perDecade)).toPrecision(4));
}
