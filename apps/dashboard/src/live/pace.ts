const LEAST_MS = 1000;
const MOST_MS = 60_000;
/** The largest share of time spent on keeping a page up to date. */
const SHARE = 1 / 20;

/** The pause after a poll or refresh that took this long. */
export function pauseAfter(milliseconds: number): number {
  return Math.min(MOST_MS, Math.max(LEAST_MS, milliseconds / SHARE));
}
