import type { TrainingSettings } from '@sae-lab/core';
import {
  freeBytes,
  missingBytes,
  readRing,
  streamBytes,
  type PlannedActivations,
  type StreamSettings,
} from '@sae-lab/core/activations';
import { formatBytes } from '@sae-lab/hub';
import { invalidSweep, type Problem } from '../definition/problems.ts';
import { RING_WINDOWS } from '../definition/schema.ts';
import type { SweepDefinition } from '../definition/sweep-input.ts';

/** Window of a stream if training.windowRows does not set one. Part of the identity of its runs. */
const WINDOW_ROWS = 2 ** 18;

/** Where runs read activations: all on disk, or a ring of windows that are extracted while they train. */
export interface StoreChoice {
  readonly kind: 'cache' | 'stream';
  /** In words, for the user. */
  readonly reason: string;
  /** The size of a stream. Also set if a stream was asked for and complete activations are read in its order. */
  readonly stream?: StreamSettings;
}

/**
 * Decides between the cache and a stream. The author's choice counts; else the cache, unless it does not fit the disk.
 *
 * @throws {SaeLabError} `sweep.invalid` if a stream was asked for, and the training needs all activations
 */
export async function chooseStore(
  definition: SweepDefinition,
  planned: readonly PlannedActivations[],
  dataDir: string,
): Promise<StoreChoice> {
  const { activations, combinations } = definition;
  const isPresent = planned.every(({ present }) => present);
  const free = await freeBytes(dataDir);
  const missing = await missingOf(planned);
  const size = `about ${formatBytes(missing)}, and ${formatBytes(free)} are free`;
  const ofCache = isPresent ? 'they are on disk' : size;
  // Only the learning rate differs between combinations.
  const training = combinations[0]?.training;
  if (activations === undefined || training === undefined) return { kind: 'cache', reason: ofCache };

  const { store, ringWindows = RING_WINDOWS } = activations;
  const stream = { windowRows: training.windowRows ?? WINDOW_ROWS, ringWindows };
  const problems = problemsOfStream(training, stream.windowRows);
  if (store === 'stream') {
    if (problems.length > 0) throw invalidSweep(problems);
    const kind = isPresent ? 'cache' : 'stream';
    const reason = isPresent ? 'they are on disk' : "activations.store is 'stream'";
    return { kind, reason, stream: { ...stream, because: 'asked' } };
  }
  if (store === 'cache') return { kind: 'cache', reason: `activations.store is 'cache'; ${ofCache}` };
  if (isPresent) return { kind: 'cache', reason: ofCache };

  const rings = await Promise.all(planned.map(readRing));
  const wasStreamed = rings.some((ring) => ring?.because === 'no-space');
  if (problems.length > 0) {
    const fields = problems.map(({ field }) => field).join(' and ');
    return { kind: 'cache', reason: missing <= free ? size : `${size}; ${fields} rules out a stream` };
  }
  const noSpace = { kind: 'stream', stream: { ...stream, because: 'no-space' } } as const;
  if (wasStreamed) {
    return { ...noSpace, reason: 'an earlier sweep streamed them because a cache did not fit the disk' };
  }
  if (missing <= free) return { kind: 'cache', reason: size };
  const rows = Math.max(...planned.map(({ estimatedRows }) => estimatedRows));
  const streamed = streamBytes(planned, activations, stream, rows);
  // A ring that needs as much as the cache does not help.
  if (streamed > free || streamed >= missing) {
    return { kind: 'cache', reason: `${size}; a stream would take ${formatBytes(streamed)}` };
  }
  return { ...noSpace, reason: `a cache would take ${size}` };
}

async function missingOf(planned: readonly PlannedActivations[]): Promise<number> {
  const distinct = new Map(planned.map((one) => [one.id, one]));
  let missing = 0;
  for (const one of distinct.values()) missing += await missingBytes(one);
  return missing;
}

/** Why a training cannot read streamed activations. */
function problemsOfStream({ epochs, batchSize }: TrainingSettings, windowRows: number): Problem[] {
  const cause = "cannot be used with activations.store 'stream'";
  const fix = "or set activations.store to 'cache'.";
  const problems: Problem[] = [];
  if (epochs !== undefined) {
    problems.push({
      field: 'training.epochs',
      problem: `${cause}: the number of activations is unknown until all are extracted`,
      expected: 'training.tokens or training.steps',
      received: String(epochs),
      fix: `Set tokens, which may be more than one pass over the corpus, ${fix}`,
    });
  }
  if (batchSize === 'all' || batchSize > windowRows) {
    problems.push({
      field: 'training.batchSize',
      problem:
        batchSize === 'all' ? `${cause}: all activations do not fit a window` : 'is larger than a window',
      expected: `at most ${windowRows}, a window of the stream`,
      received: String(batchSize),
      fix: `Lower it, raise training.windowRows, ${fix}`,
    });
  }
  return problems;
}
