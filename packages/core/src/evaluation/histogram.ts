/** `counts[i]` is the number of values in [edges[i], edges[i + 1]). The last bin includes its upper edge. */
export interface Histogram {
  edges: number[];
  counts: number[];
}

/** A histogram with bins of equal width over [low, high]. Values outside are not counted. */
export function emptyHistogram(low: number, high: number, bins: number): Histogram {
  const edges = Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
  return { edges, counts: Array.from({ length: bins }, () => 0) };
}

export function count(histogram: Histogram, value: number, times = 1): void {
  const { edges, counts } = histogram;
  const bins = counts.length;
  const low = edges[0] as number;
  const high = edges[bins] as number;
  if (!(value >= low && value <= high)) return;
  const bin = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
  counts[bin] = (counts[bin] as number) + times;
}
