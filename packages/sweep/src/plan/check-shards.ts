import type { PlannedActivations } from '@sae-lab/core/activations';
import type { Problem } from '../definition/problems.ts';
import type { SweepDefinition } from '../definition/sweep-input.ts';

/** Largest shard, in bytes: it is in memory while it is written. */
const LARGEST_SHARD = 2 ** 31;
const FLOAT = 4;

/** Finds problems with the size of activation files. */
export function problemsOfShards(
  { dataset, activations }: SweepDefinition,
  planned: readonly PlannedActivations[],
): Problem[] {
  const [field, shardRows] =
    dataset.kind === 'synthetic' || dataset.kind === 'activations'
      ? ['dataset.shardRows', dataset.shardRows]
      : ['activations.shardRows', activations?.shardRows];
  const dIn = Math.max(1, ...planned.map((one) => one.dIn));
  const most = Math.floor(LARGEST_SHARD / (FLOAT * dIn));
  if (shardRows === undefined || shardRows <= most) return [];
  return [
    {
      field,
      problem: 'a file with this many activations would not fit in memory',
      expected: `at most ${most} activations of ${dIn} numbers`,
      received: String(shardRows),
      fix: 'Lower it, or leave it out.',
    },
  ];
}
