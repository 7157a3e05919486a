import { SaeLabError } from '@sae-lab/errors';
import {
  openActivations,
  openStreamed,
  type ActivationStatistics,
  type ActivationStore,
} from '../activations/index.ts';
import { splitOf } from './run-rows.ts';
import type { ExecuteRunArgs, RunSpec } from './run-spec.ts';

/**
 * Opens the activations of a run, complete or streamed.
 *
 * @throws {SaeLabError} `activations.*`, `run.epochs-streamed`
 */
export async function openRunActivations({
  spec: { training },
  activationsFolder,
  stream,
}: ExecuteRunArgs): Promise<ActivationStore> {
  if (stream === undefined) return openActivations(activationsFolder, { verify: 'sizes' });
  if (training.epochs !== undefined || training.windowRows === undefined) {
    throw new SaeLabError('run.epochs-streamed', {
      problem: 'the number of activations is unknown while they are streamed',
      field: training.epochs === undefined ? 'training.windowRows' : 'training.epochs',
      expected: 'training.tokens or training.steps, and training.windowRows',
      fix: "Set them, or set activations.store to 'cache'.",
    });
  }
  return openStreamed(activationsFolder, stream);
}

/** Statistics of streamed activations. A process that trains a run window by window reads them once. */
const known = new Map<string, ActivationStatistics>();
const MOST_KNOWN = 64;

/**
 * Statistics of the rows that a run trains on, or of those in the first window.
 *
 * @throws {SaeLabError} as `statistics` of the store
 */
export async function trainingStatistics(
  sample: ActivationStore,
  spec: RunSpec,
  signal: AbortSignal,
): Promise<ActivationStatistics> {
  const split = splitOf(spec, 'train');
  if (spec.training.windowRows === undefined) return sample.statistics(split, signal);
  const key = JSON.stringify([sample.folder, sample.manifest.shards, sample.rows, split]);
  const found = known.get(key) ?? (await sample.statistics(split, signal));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, found);
  return found;
}
