import { SaeLabError } from '@sae-lab/errors';
import { hasExploded } from '../training/not-finite.ts';

/**
 * What to say of a run whose loss or error is not finite any more, or whose reconstruction exploded; undefined while it
 * is sound. An explained variance of NaN is one that is undefined on the data, and no sign of anything.
 *
 * @param metrics those of a step, or of the evaluation
 * @param notFinite the first tensor of the step that is not finite, in words
 * @param relativeError squared error by squared norm of the activations; where it is small, nothing has exploded
 */
export function divergenceOf(
  step: number,
  metrics: Record<string, number>,
  notFinite?: string,
  relativeError = Infinity,
): SaeLabError | undefined {
  const explainedVariance = metrics['explained_variance'] ?? 0;
  const broken =
    ['loss', 'mse'].find((name) => !Number.isFinite(metrics[name] ?? 0)) ??
    (Math.abs(explainedVariance) === Infinity ? 'explained_variance' : undefined);
  const problems = [
    ...(broken === undefined ? [] : [`${broken} is ${metrics[broken]} at step ${step}`]),
    ...(notFinite === undefined
      ? []
      : [`the first tensor of step ${step} that is not finite is ${notFinite}`]),
  ];
  if (problems.length === 0 && hasExploded(explainedVariance, relativeError)) {
    const times = (1 - explainedVariance).toPrecision(3);
    problems.push(`the reconstruction exploded at step ${step}: its error is ${times} times the variance`);
  }
  if (problems.length === 0) return undefined;
  return new SaeLabError('run.diverged', {
    problem: problems.join('; '),
    field: 'training.learningRate',
    fix: 'Lower the learning rate, lengthen the warmup or clip the gradient.',
  });
}
