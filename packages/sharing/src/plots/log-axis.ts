import { short } from '@sae-lab/measures';

/** At more powers of ten, the ones between have no room. */
const FEW_POWERS = 3;

/**
 * A log scale with ticks at powers of ten; over a short range also at 2 and 5 times them.
 *
 * @param domain positive
 */
export function logAxis([low, high]: readonly [number, number]): object {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const steps = last - first <= FEW_POWERS ? [1, 2, 5] : [1];
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => first + i)
    .flatMap((power) => steps.map((step) => step * 10 ** power))
    .filter((tick) => tick >= low && tick <= high);
  return { type: 'log', domain: [low, high], ticks, tickFormat: (tick: number) => short(4)(tick) };
}
