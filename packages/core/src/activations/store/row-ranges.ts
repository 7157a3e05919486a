import type { Manifest } from './manifest.ts';
import { withShard, type ShardReader } from './shard-reader.ts';

/** Consecutive rows of a store: [start, end). */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads ranges of rows, wherever the shards begin. Each shard is opened once.
 *
 * @param ranges in stored order, without overlaps
 * @param read called in this order with the part of a range that is in the open shard, as rows of that shard
 */
export async function readRanges(
  folder: string,
  manifest: Manifest,
  ranges: readonly RowRange[],
  read: (reader: ShardReader, start: number, end: number) => Promise<void>,
): Promise<void> {
  let first = 0;
  let i = 0;
  for (const [shard, { rows }] of manifest.shards.entries()) {
    const end = first + rows;
    if (i >= ranges.length) return;
    if (ranges[i]!.start < end) {
      const begin = first;
      await withShard(folder, manifest, shard, async (reader) => {
        for (; i < ranges.length && ranges[i]!.start < end; i++) {
          const range = ranges[i]!;
          await read(reader, Math.max(0, range.start - begin), Math.min(rows, range.end - begin));
          // The rest of the range is in the next shard.
          if (range.end > end) break;
        }
      });
    }
    first = end;
  }
}
