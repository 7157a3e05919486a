import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of pseudo-random numbers, the same on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform integer in [low, high], both inclusive. */
  integer(low: number, high: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
}

/**
 * Returns the random stream of a seed for one purpose. Streams for different purposes are independent, so adding a use
 * of a seed does not change the others.
 *
 * @param path names the purpose, e.g. `'shuffle', epoch`
 * @example seeded(0, 'init').uniform();
 */
export function seeded(seed: number, ...path: (string | number)[]): Random {
  const digest = createHash('sha256')
    .update([seed, ...path].join('/'))
    .digest();
  const generator = xoroshiro128plus(digest.readInt32LE(0));
  let spare: number | undefined;
  const uniform = (): number => uniformFloat64(generator);
  return {
    uniform,
    integer: (low, high) => uniformInt(generator, low, high),
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}

/** Shuffles in place (Fisher-Yates). */
export function shuffle<T extends { length: number; [index: number]: number }>(items: T, random: Random): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    const held = items[i] as number;
    items[i] = items[j] as number;
    items[j] = held;
  }
  return items;
}
