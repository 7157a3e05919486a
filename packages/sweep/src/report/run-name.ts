import type { RunLabel } from './events.ts';
import { visibleText } from './visible-text.ts';

/** A run in a line of text. */
export function runName({ variant, coefficient, hook, width, seed }: RunLabel): string {
  return visibleText(`${variant} ${coefficient} ${hook} width ${width} seed ${seed}`);
}

export function rate(tokensPerSecond: number): string {
  return `${(tokensPerSecond / 1000).toFixed(1)}k tokens/s`;
}
