const LEAST_MS = 1000;
/** On a machine that is busy with training, a page is at most this much late. */
const MOST_MS = 10_000;
/** The largest share of time spent on keeping a page up to date, up to that pause. */
const SHARE = 1 / 20;

/** The pause after a poll or refresh that took this long. */
export function pauseAfter(milliseconds: number): number {
  return Math.min(MOST_MS, Math.max(LEAST_MS, milliseconds / SHARE));
}
