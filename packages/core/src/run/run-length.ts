import { SaeLabError } from '@sae-lab/errors';
import { MOST_STEPS, totalSteps, type ResolvedTraining } from '../training/training-settings.ts';

export interface RunLength {
  /** Rows per step. */
  readonly batchSize: number;
  readonly totalSteps: number;
}

/**
 * @param rows training activations
 * @throws {SaeLabError} `run.batch-too-large`, `run.too-long`
 */
export function runLength(training: ResolvedTraining, rows: number): RunLength {
  const batchSize = training.batchSize === 'all' ? rows : training.batchSize;
  if (batchSize > rows) throw batchTooLarge(batchSize, rows);
  const steps = totalSteps(training, batchSize, rows);
  if (steps > MOST_STEPS) throw tooLong(steps);
  return { batchSize, totalSteps: steps };
}

function batchTooLarge(batchSize: number, rows: number): SaeLabError {
  return new SaeLabError('run.batch-too-large', {
    problem: 'a batch would contain the same activations more than once',
    field: 'training.batchSize',
    expected: `at most the ${rows} training activations, or 'all'`,
    received: String(batchSize),
    fix: 'Lower the batch size, or extract more activations.',
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
