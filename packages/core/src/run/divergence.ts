import { SaeLabError } from '@sae-lab/errors';
import { hasExploded } from '../training/not-finite.ts';

/**
 * The error of a run whose loss or reconstruction error is no longer finite, or whose reconstruction exploded. An
 * explained variance of NaN is undefined on the data and does not count as divergence.
 *
 * @param values of a step, or of the evaluation
 * @param notFinite the first non-finite tensor of the step, in words
 * @param relativeError squared error divided by the squared norm of the activations; a small one rules out an explosion
 * @returns undefined while the run is sound
 */
export function divergenceOf(
  step: number,
  values: Record<string, number>,
  notFinite?: string,
  relativeError = Infinity,
): SaeLabError | undefined {
  const explainedVariance = values['explained_variance'] ?? 0;
  const broken =
    ['loss', 'mse'].find((name) => !Number.isFinite(values[name] ?? 0)) ??
    (Math.abs(explainedVariance) === Infinity ? 'explained_variance' : undefined);
  const problems = [
    ...(broken === undefined ? [] : [`${broken} is ${values[broken]} at step ${step}`]),
    ...(notFinite === undefined ? [] : [`the first non-finite tensor of step ${step} is ${notFinite}`]),
  ];
  if (problems.length === 0 && hasExploded(explainedVariance, relativeError)) {
    const times = (1 - explainedVariance).toPrecision(3);
    problems.push(
      `the reconstruction exploded at step ${step}: its error is ${times} times the variance of the activations`,
    );
  }
  if (problems.length === 0) return undefined;
  return new SaeLabError('run.diverged', {
    problem: problems.join('; '),
    field: 'training.learningRate',
    fix: 'Lower the learning rate, lengthen the warmup or clip the gradient.',
  });
}
