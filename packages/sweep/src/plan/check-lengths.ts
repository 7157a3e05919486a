import { MOST_STEPS, totalSteps } from '@sae-lab/core';
import type { Problem } from '../definition/problems.ts';
import type { PlannedRun } from './sweep-plan.ts';
import { trainingRows } from './training-rows.ts';

/** Finds problems with batch sizes and run lengths, as far as the number of activations is known. */
export function problemsOfLengths(runs: readonly PlannedRun[]): Problem[] {
  const problems = new Map<string, Problem>();
  for (const run of runs) {
    const { training } = run.spec;
    const [least, most] = [trainingRows(run, 'at least'), trainingRows(run, 'at most')];
    if (training.batchSize !== 'all' && training.batchSize > most) {
      problems.set(`batch ${training.batchSize} ${most}`, {
        field: 'training.batchSize',
        problem: 'a batch is larger than the training set',
        expected: `at most the ${most} activations, or 'all'`,
        received: String(training.batchSize),
        fix: 'Lower the batch size or extract more activations.',
      });
    }
    const batchSize = training.batchSize === 'all' ? most : training.batchSize;
    const steps = totalSteps(training, batchSize, least);
    if (steps > MOST_STEPS) {
      problems.set(`steps ${steps}`, {
        field: training.epochs === undefined ? 'training.tokens' : 'training.epochs',
        problem: 'the run would have too many steps',
        expected: `at most ${MOST_STEPS} steps`,
        received: `at least ${steps}`,
        fix: 'Lower it, or raise training.batchSize.',
      });
    }
  }
  return [...problems.values()];
}
