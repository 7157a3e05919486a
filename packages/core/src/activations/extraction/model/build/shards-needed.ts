import type { GraphDescription } from './describe-graph.ts';
import { storedName } from './find-weights.ts';
import { readIndex } from './safetensors-checkpoint.ts';

/**
 * Lists the shards that the graph of some hooks reads, so that you can download only those. Needs only the index.
 *
 * @param index path of `model.safetensors.index.json`
 * @param from a hook whose values are fed to the graph, which begins after it
 * @returns file names, sorted
 * @throws {SaeLabError} `hook.unknown`, `hook.not-in-architecture`, `model.missing-tensor`, `model.unreadable-weights`
 */
export async function shardsNeeded(
  description: GraphDescription,
  outputs: readonly string[],
  index: string,
  from?: string,
): Promise<string[]> {
  const shardOf = await readIndex(index);
  const checkpoint = { path: index, has: (name: string) => shardOf.has(name) };
  const uses = [...description.upTo(outputs, from).weights.values()];
  return [...new Set(uses.map((use) => shardOf.get(storedName(checkpoint, use, description))!))].toSorted();
}
