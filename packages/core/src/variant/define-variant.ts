import type { z } from 'zod';
import type { Encoded, Hyper, NoState, Params, State, Variant, VariantDefinition } from './contract.ts';

/** A distribution to draw values from, where a grid lists them. */
export type Distribution<T> =
  | { readonly distribution: 'uniform' | 'log-uniform'; readonly low: number; readonly high: number }
  | { readonly distribution: 'choice'; readonly values: readonly T[] };

/** One value, an array of values (a grid axis) or a distribution (sampled). */
export type Axis<T> = T | readonly T[] | Distribution<T>;

/** One axis per hyperparameter. A key that H does not have is a type error. */
export type Grid<H> = { readonly [K in keyof H]: Axis<H[K]> };

/** A variant and the hyperparameters that a sweep runs it with. */
export interface VariantGrid {
  readonly variant: Variant;
  readonly grid: Grid<Hyper>;
}

/** What `defineVariant` returns: call it in an experiment, or read `.variant`. */
export interface SweepableVariant<
  Schema extends z.ZodType<Hyper> = z.ZodType<Hyper>,
  P extends Params = Params,
  E extends Encoded = Encoded,
  S extends State = State,
> {
  /**
   * The variant with hyperparameters for a sweep: each a value, an array (a grid axis) or a distribution.
   *
   * @example variants: [topk({ k: [16, 32] })]
   */
  (grid: Grid<z.input<Schema>>): VariantGrid;
  /**
   * The variant itself, for tests and tools, and to derive other variants from.
   *
   * @example defineVariant({ ...topk.variant, name: 'my-topk', losses: { … } })
   */
  readonly variant: Variant<z.output<Schema>, P, E, S> & { readonly hyper: Schema };
}

/**
 * Defines a variant. Its types follow from the definition: the hyperparameters from `hyper`, parameters and state from
 * what `init` returns, codes from what `encode` returns. TypeScript infers them in that order, so write `hyper`, `init`,
 * `encode` before `decode`, `losses`, `update` and `log`.
 *
 * @returns the function that experiments call
 * @example
 * export const topk = defineVariant({ name: 'topk', hyper: z.strictObject({ k: z.int().positive() }), … });
 * topk({ k: [16, 32] }); // in a sweep
 * topk.variant; //          in a test
 */
export function defineVariant<
  Schema extends z.ZodType<Hyper>,
  P extends Params,
  E extends Encoded,
  S extends State = NoState,
  C extends string = string,
>(
  definition: VariantDefinition<z.output<Schema>, P, E, S, C> & { readonly hyper: Schema },
): SweepableVariant<Schema, P, E, S> {
  const variant = { specVersion: 1, ...definition } as const;
  return Object.assign((grid: Grid<z.input<Schema>>): VariantGrid => ({ variant, grid }), { variant });
}
