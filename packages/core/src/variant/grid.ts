import type { Hyper, Variant } from './contract.ts';

/** A distribution to sample a value from, instead of a grid of values. */
export type Distribution<T> =
  | { readonly distribution: 'uniform' | 'log-uniform'; readonly low: number; readonly high: number }
  | { readonly distribution: 'choice'; readonly values: readonly T[] };

/** One value, an array of values (a grid axis) or a distribution (sampled). */
export type Axis<T> = T | readonly T[] | Distribution<T>;

/** Every hyperparameter of H as an axis. A key that H does not have is a type error. */
export type Grid<H> = { readonly [K in keyof H]: Axis<H[K]> };

/** A variant with the hyperparameters that a sweep goes through. */
export interface VariantGrid<H extends Hyper = any> {
  readonly variant: Variant<H>;
  readonly grid: Grid<H>;
}

/**
 * The function that an experiment calls: `topk({ k: [16, 32] })`.
 *
 * `Input` is what the author may write (fields with defaults optional), as zod infers it.
 */
export function sweepable<H extends Hyper, Input = H>(
  variant: Variant<H>,
): (grid: Grid<Input>) => VariantGrid<H> {
  return (grid) => ({ variant, grid: grid as unknown as Grid<H> });
}
