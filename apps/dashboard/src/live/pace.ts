const LEAST_MS = 1000;
const MOST_MS = 60_000;
/** Keeping a page up to date takes at most this part of the time. */
const SHARE = 1 / 20;

/** How long to wait before something is done again that took this long. */
export function pauseAfter(milliseconds: number): number {
  return Math.min(MOST_MS, Math.max(LEAST_MS, milliseconds / SHARE));
}
