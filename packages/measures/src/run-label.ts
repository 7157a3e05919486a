/** What names a run to a reader. Parts that the surroundings show already are left out. */
export interface RunName {
  readonly variant: string;
  /** Its configuration as `configurationsOf` labels it, e.g. `k=32`. */
  readonly coefficient?: string;
  readonly hook?: string;
  readonly width?: number;
  readonly seed?: number;
  /** Number of seeds, where one label stands for all runs of a configuration. */
  readonly seeds?: number;
}

/**
 * Names a run, or the runs of one configuration, on every surface.
 *
 * @example
 * runLabel({ variant: 'topk', coefficient: 'k=32', hook: 'blocks.3.hook_mlp_out', width: 4096, seed: 0 })
 * // 'topk k=32, blocks.3.hook_mlp_out, width 4096, seed 0'
 */
export function runLabel({ variant, coefficient, hook, width, seed, seeds }: RunName): string {
  return [
    [variant, coefficient].filter(Boolean).join(' '),
    hook,
    width === undefined ? undefined : `width ${width}`,
    seed === undefined ? undefined : `seed ${seed}`,
    seeds === undefined ? undefined : `${seeds} seeds`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}
