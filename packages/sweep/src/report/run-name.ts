import { visibleText } from '@sae-lab/command-line';
import { runLabel } from '@sae-lab/measures';
import type { RunLabel } from './events.ts';

/** The label of a run, safe to print on a terminal. */
export function runName(run: RunLabel): string {
  return visibleText(runLabel(run));
}

export function rate(tokensPerSecond: number): string {
  return `${(tokensPerSecond / 1000).toFixed(1)}k tokens/s`;
}
