const LEAST_MS = 1000;
const MOST_MS = 60_000;
/** A page that is kept up to date costs its server and its browser this part of their time at most. */
const SHARE = 1 / 20;

/** How long to wait after something that took so long, before it is done again. */
export function pauseAfter(milliseconds: number): number {
  return Math.min(MOST_MS, Math.max(LEAST_MS, milliseconds / SHARE));
}
