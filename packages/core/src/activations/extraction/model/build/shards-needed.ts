import type { GraphDescription } from './describe-graph.ts';
import { storedName } from './find-weights.ts';
import { readIndex } from './safetensors-checkpoint.ts';

/**
 * Lists the shards that the graph of some hooks reads, so that you can download only those. Needs only the index.
 *
 * @param index path of `model.safetensors.index.json`
 * @returns file names, sorted
 * @throws {SaeLabError} `hook.unknown`, `hook.not-in-architecture`, `model.missing-tensor`, `model.unreadable-weights`
 */
export async function shardsNeeded(
  description: GraphDescription,
  outputs: readonly string[],
  index: string,
): Promise<string[]> {
  const shardOf = await readIndex(index);
  const checkpoint = { path: index, has: (name: string) => shardOf.has(name) };
  const uses = [...description.upTo(outputs).weights.values()];
  return [...new Set(uses.map((use) => shardOf.get(storedName(checkpoint, use, description))!))].toSorted();
}
