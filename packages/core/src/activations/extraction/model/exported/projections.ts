/** Finds queries, keys and values of a layer: three projections, or one for all of them. */
import type { ModelConfig } from '../model-config.ts';
import type { LayerModules } from './architectures.ts';
import type { GraphWalk } from './graph-walk.ts';
import { findLinear, type Linear } from './linear.ts';
import type { SideNodes, TensorOf } from './side-nodes.ts';

export interface Projections {
  /** What all three project. */
  readonly input: string;
  readonly from: number;
  /** Query, key and value. Empty if the config does not say how they share one projection. */
  readonly parts: readonly Projection[];
}

interface Projection {
  readonly width: number;
  readonly output: TensorOf;
}

export function findProjections(
  walk: GraphWalk,
  side: SideNodes,
  { layer, modules, config }: { layer: string; modules: LayerModules; config: ModelConfig },
): Projections | undefined {
  const separate = modules.separate.flatMap((paths) => firstLinear(walk, side, layer, paths) ?? []);
  const [query] = separate;
  if (query !== undefined && separate.length === 3) {
    const parts = separate.map(({ to: width, output }) => ({ width, output }));
    return separate.every(({ input }) => input === query.input) ? { ...query, parts } : undefined;
  }
  const packed = firstLinear(walk, side, layer, modules.packed.module);
  if (packed === undefined) return undefined;
  const split = modules.packed.order === 'by kind' ? byKind : byHead;
  return { ...packed, parts: split(side, packed, config) };
}

export function firstLinear(
  walk: GraphWalk,
  side: SideNodes,
  layer: string,
  paths: readonly string[],
): Linear | undefined {
  for (const path of paths) {
    const found = findLinear(walk, side, `${layer}.${path}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All queries, then all keys, then all values. */
function byKind(side: SideNodes, packed: Linear, { heads, keyValueHeads }: ModelConfig): Projection[] {
  if (heads === undefined) return [];
  const counts = [heads, keyValueHeads ?? heads, keyValueHeads ?? heads];
  const size = packed.to / counts.reduce((sum, count) => sum + count);
  if (!Number.isInteger(size)) return [];
  return counts.map((count, i) => {
    const start = size * counts.slice(0, i).reduce((sum, before) => sum + before, 0);
    return {
      width: count * size,
      output: (name) => side.slice(name, packed.output(allOf(name)), start, start + count * size),
    };
  });
}

/** Query, key and value of the first head, then those of the second, and so on. */
function byHead(side: SideNodes, packed: Linear, { heads }: ModelConfig): Projection[] {
  const size = packed.to / (3 * (heads ?? 0));
  if (heads === undefined || !Number.isInteger(size)) return [];
  return [0, 1, 2].map((i) => ({
    width: heads * size,
    output: (name) => {
      const perHead = side.add(`${allOf(name)}/heads`, 'Reshape', [
        packed.output(allOf(name)),
        side.integers(0, 0, heads, 3 * size),
      ]);
      const part = side.slice(`${name}/heads`, perHead, i * size, (i + 1) * size);
      return side.add(name, 'Reshape', [part, side.integers(0, 0, heads * size)]);
    },
  }));
}

/** `blocks.0.attn.hook_q` → `blocks.0.attn.qkv`. */
function allOf(name: string): string {
  return name.replace(/hook_\w$/, 'qkv');
}
