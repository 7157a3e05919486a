import { SaeLabError } from '@sae-lab/errors';
import { MOST_STEPS, totalSteps, type ResolvedTraining } from '../training/training-settings.ts';

export interface RunLength {
  /** Rows per step. */
  readonly batchSize: number;
  readonly totalSteps: number;
}

/**
 * @param rows training activations
 * @param mostRows training activations that a batch can be taken from: all, or those of a window
 * @throws {SaeLabError} `run.batch-too-large`, `run.too-long`
 */
export function runLength(training: ResolvedTraining, rows: number, mostRows = rows): RunLength {
  const batchSize = training.batchSize === 'all' ? rows : training.batchSize;
  if (batchSize > mostRows) throw batchTooLarge(batchSize, mostRows, training.windowRows);
  const steps = totalSteps(training, batchSize, rows);
  if (steps > MOST_STEPS) throw tooLong(steps);
  return { batchSize, totalSteps: steps };
}

function batchTooLarge(batchSize: number, rows: number, windowRows: number | undefined): SaeLabError {
  return new SaeLabError('run.batch-too-large', {
    problem: 'a batch would contain the same activations more than once',
    field: 'training.batchSize',
    expected:
      windowRows === undefined
        ? `at most the ${rows} training activations, or 'all'`
        : `at most the ${rows} training activations of the first window`,
    received: String(batchSize),
    fix: `Lower the batch size, or ${windowRows === undefined ? 'extract more activations' : 'raise training.windowRows'}.`,
  });
}

function tooLong(steps: number): SaeLabError {
  return new SaeLabError('run.too-long', {
    problem: 'the run has too many steps',
    field: 'training',
    expected: `at most ${MOST_STEPS} steps`,
    received: String(steps),
    fix: 'Lower tokens or epochs, or raise the batch size.',
  });
}
