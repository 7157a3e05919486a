import { fitsTraining } from '@sae-lab/core';
import { invalidSweep, type Problem } from '../definition/problems.ts';
import type { SweepPlan } from './plan-sweep.ts';

/**
 * Refuses widths of which a step could never fit in the memory of the CPU backend, before anything is extracted.
 *
 * @throws SaeLabError `sweep.invalid`
 */
export function requireRoom({ runs, experiment: { definition } }: SweepPlan): void {
  const problems: Problem[] = [];
  for (const { spec, activations } of runs) {
    // How many 'all' are is known only of activations that are there.
    const batchSize = spec.training.batchSize === 'all' ? 1 : spec.training.batchSize;
    const { dIn } = activations;
    const { dSae, training } = spec;
    const { gradientClip } = training;
    const { fits, widest } = fitsTraining({ dIn, dSae, batchSize, gradientClip });
    if (fits) continue;
    const held = gradientClip === null ? 'weights and moments' : 'weights, moments and gradients';
    problems.push({
      problem: `${held} do not fit in the memory of the CPU backend, 4 GiB`,
      field: `widths[${definition.widths.indexOf(dSae)}]`,
      expected: `at most ${widest} latents for activations of ${dIn} numbers`,
      received: String(dSae),
      fix: 'Lower the width or the batch size, or train on a GPU: `--device`.',
    });
  }
  if (problems.length > 0) throw invalidSweep(problems);
}
