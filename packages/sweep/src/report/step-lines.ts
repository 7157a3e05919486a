import { visibleLines } from '@sae-lab/command-line';
import type { RunEvent } from '@sae-lab/core';
import { rate } from './run-name.ts';
import { timeLeft } from './time-left.ts';

const INTERVAL_MS = 30_000;

/**
 * How far a run is, in a line every 30 s, and its warnings.
 *
 * @param name of the run, as its lines begin
 * @example
 * const tell = stepLines('run 1 of 8', console.error);
 * tell(event); // run 1 of 8: step 512 of 4000, 30.1k tokens/s, 2:31 left
 */
export function stepLines(
  name: string,
  say: (line: string) => void,
  now: () => number = () => performance.now(),
): (event: RunEvent) => void {
  let last = now();
  return (event) => {
    if (event.type === 'warning') say(`${name}: ${visibleLines(event.message)}`);
    if (event.type !== 'progress' || now() - last < INTERVAL_MS) return;
    last = now();
    const { step, totalSteps, tokensPerSecond, secondsLeft } = event;
    say(`${name}: step ${step} of ${totalSteps}, ${rate(tokensPerSecond)}, ${timeLeft(secondsLeft)}`);
  };
}
