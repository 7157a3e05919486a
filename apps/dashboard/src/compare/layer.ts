const LAYER = /(^|\.)(\d+)(?=\.|$)/;

/** The layer that a hook names: 3 for `blocks.3.hook_mlp_out`; undefined where it names none. */
export function layerOf(hook: string): number | undefined {
  const found = LAYER.exec(hook)?.[2];
  return found === undefined ? undefined : Number(found);
}

/** The same place in any layer: `blocks.*.hook_mlp_out`. */
export function placeOf(hook: string): string {
  return hook.replace(LAYER, '$1*');
}
